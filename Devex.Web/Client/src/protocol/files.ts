// Peers of Devex.Contracts/Protocol/Files.cs; the names are the same there.

export type FileKind = "file" | "folder" | "link" | "other";

export interface FileEntry {
  name: string;
  kind: FileKind;
  size: number;
  modifiedAt: number;
  mode: number;
  version?: string | null;
  target?: string | null;
  targetKind?: FileKind | null;
}

export interface PathParams {
  path: string;
}

export interface FileList {
  entries: FileEntry[];
}

export interface CreateFile {
  path: string;
  kind: FileKind;
  target?: string;
}

export interface MoveFile {
  from: string;
  to: string;
  overwrite?: boolean;
}

export interface DeleteFile {
  path: string;
  recursive?: boolean;
}

export interface FileChange {
  path: string;
  change: "created" | "changed" | "deleted";
}

export interface FilesChanged {
  paths: FileChange[];
  overflow?: boolean;
}

export interface LinkFile {
  path: string;
  archive?: boolean;
}

export interface FileLink {
  url: string;
}

export interface UploadName {
  upload: string;
}

export interface UploadedBytes {
  bytes: number;
  version?: string | null;
}
