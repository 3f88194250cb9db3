import { encodePath, folderOf, join } from "./paths.js";
import { ErrorCodes } from "../protocol/errorCodes.js";
import { RpcError } from "../session/jsonRpc.js";
import type { Session } from "../session/session.js";

export interface UploadItem {
  /** Relative to the folder that it is dropped on. */
  path: string;
  file: File;
}

export interface UploadProgress {
  done: number;
  total: number;
  files: number;
  name: string;
}

/** Everything in a drop or a file chooser; folders are walked. Must be called within the event, before its data is gone. */
export function dropped(transfer: DataTransfer): Promise<UploadItem[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return Promise.resolve([...transfer.files].map((file) => ({ path: file.name, file })));
  return Promise.all(entries.map((entry) => walk(entry, ""))).then((lists) => lists.flat());
}

async function walk(entry: FileSystemEntry, folder: string): Promise<UploadItem[]> {
  const path = join(folder, entry.name);
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const items: UploadItem[] = [];
  for (;;) {
    // A reader gives a hundred entries at a time, and none at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return items;
    for (const child of batch) items.push(...await walk(child, path));
  }
}

/** Puts files into a folder, one after the other; `exists` decides about each that is there already. */
export async function upload(
  session: Session, folder: string, items: readonly UploadItem[], progress: (progress: UploadProgress) => void, exists: (path: string) => Promise<boolean>,
): Promise<number> {
  const total = items.reduce((sum, item) => sum + item.file.size, 0);
  const made = new Set<string>([""]);
  let before = 0;
  let count = 0;
  for (const { path, file } of items) {
    await makeFolders(session, folder, folderOf(path), made);
    const target = join(folder, path);
    const report = (sent: number) => progress({ done: before + sent, total, files: items.length, name: path });
    report(0);
    // Asked before it is sent: an upload is answered when all of it was sent. What appears meanwhile is asked about then.
    if (!await isThere(session, target) && await put(session, target, file, false, report)) count++;
    else if (await exists(target)) {
      await put(session, target, file, true, report);
      count++;
    }
    before += file.size;
  }
  return count;
}

async function makeFolders(session: Session, base: string, folder: string, made: Set<string>): Promise<void> {
  if (made.has(folder)) return;
  await makeFolders(session, base, folderOf(folder), made);
  made.add(folder);
  await session.request("files.create", { path: join(base, folder), kind: "folder" }).catch((error: unknown) => {
    if (!(error instanceof RpcError && error.code === ErrorCodes.conflict)) throw error;
  });
}

async function isThere(session: Session, path: string): Promise<boolean> {
  try {
    await session.request("files.stat", { path });
    return true;
  } catch (error) {
    if (error instanceof RpcError && error.code === ErrorCodes.notFound) return false;
    throw error;
  }
}

/** False when it exists and may not be replaced. XMLHttpRequest, because fetch does not tell how much was sent. */
function put(session: Session, path: string, file: File, overwrite: boolean, progress: (sent: number) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", session.address(`files/${encodePath(path)}`));
    request.setRequestHeader("Authorization", `Bearer ${session.token}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    if (!overwrite) request.setRequestHeader("If-None-Match", "*");
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(true);
      else if (request.status === 412 || request.status === 409) resolve(false);
      else reject(new Error(`${path}: ${detailOf(request.responseText) ?? `the session answered ${request.status}`}`));
    };
    request.onerror = () => reject(new Error(`${path}: the connection was lost while uploading.`));
    request.send(file);
  });
}

function detailOf(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { detail?: string }).detail;
  } catch {
    return undefined;
  }
}
