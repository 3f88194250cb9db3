// Peers of Devex.Contracts/Protocol; the names are the same there.
import type {
  GitBranches, GitCommit, GitCredential, GitCredentialAsked, GitDiff, GitFileDiff, GitPaths, GitProgress, GitPull, GitPush, GitRemote, GitStatus, GitSwitch,
} from "./git.js";
import type { LanguageList, LanguageParams, LanguageServerInfo } from "./languages.js";
import type { SavesState } from "./saves.js";
import type { ReplacedInFiles, ReplaceInFiles, EndedSearch, SearchFound, SearchParams, StartSearch, WorkspacePaths } from "./search.js";

export type Role = "viewer" | "editor" | "owner";

export interface Participant {
  connection: number;
  user: string;
  name: string;
  role: Role;
  /** The file in front of them; in lists of participants. */
  path?: string | null;
}

export interface Welcome {
  protocol: string;
  instance: string;
  replId: string;
  name: string;
  /** Opens all other sockets and requests, and reconnects until 10 min after the connection is lost. */
  token: string;
  self: Participant;
  participants: Participant[];
  frozen?: string | null;
  maxFrame: number;
}

export interface Participants {
  people: Participant[];
}

export interface LookAt {
  path: string | null;
}

export interface PersonLooked {
  connection: number;
  path?: string | null;
}

export interface FrozenState {
  reason?: string | null;
}

export interface RoleChanged {
  role: Role;
}

/** A moment on one node's clock: comparable only where the boot id is the same. */
export interface SessionInstant {
  bootId: string;
  nanoseconds: number;
}

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

/** A CodeMirror change set as JSON; UTF-16 units. */
export type Changes = unknown;

export interface DocumentUpdate {
  client: string;
  n: number;
  changes: Changes;
}

export interface OpenDocument {
  path: string;
  create?: boolean;
  resume?: { document: string; version: number };
}

export interface OpenedDocument {
  document: string;
  path: string;
  version: number;
  text?: string | null;
  updates?: DocumentUpdate[] | null;
  lineEnding: string;
  readOnly?: string | null;
  received: Record<string, number>;
  flushedVersion: number;
  flushedAt?: SessionInstant | null;
  /** With `updates`: the version of the client that they follow; an earlier one than it named when what came after was lost. */
  base?: number | null;
}

export interface PushUpdates {
  document: string;
  version: number;
  updates: DocumentUpdate[];
}

export interface PushedUpdates {
  version: number;
}

export interface DocumentUpdates {
  document: string;
  version: number;
  updates: DocumentUpdate[];
}

export interface DocumentParams {
  document: string;
}

export interface DocumentFlushed {
  document: string;
  version: number;
  hash: string;
  at: SessionInstant;
}

export interface DocumentMoved {
  document: string;
  path?: string | null;
}

export interface DocumentFailed {
  document: string;
  message: string;
}

export interface SelectionRange {
  anchor: number;
  head: number;
}

export interface DocumentPresence {
  document: string;
  version: number;
  selections?: SelectionRange[] | null;
  from?: Participant | null;
}

export interface OpenTerminal {
  columns: number;
  rows: number;
  folder?: string;
  title?: string;
}

export interface TerminalInfo {
  terminal: string;
  kind: "shell" | "run";
  title: string;
  columns: number;
  rows: number;
  exitCode?: number | null;
  /** A person gave the title. */
  named?: boolean;
}

export interface RenameTerminal {
  terminal: string;
  title: string;
}

export interface TerminalList {
  terminals: TerminalInfo[];
}

export interface ResizeTerminal {
  terminal: string;
  columns: number;
  rows: number;
}

export interface TerminalParams {
  terminal: string;
}

export interface TerminalControl {
  type: "start" | "lost" | "size" | "role" | "typed" | "exit" | "ack" | "resize";
  offset?: number;
  columns?: number;
  rows?: number;
  drive?: boolean;
  code?: number;
  user?: string;
  name?: string;
}

export interface StartRun {
  command?: string;
  columns: number;
  rows: number;
}

export interface RunStatus {
  running: boolean;
  command?: string | null;
  terminal?: string | null;
  startedAt?: string | null;
  endedAt?: string | null;
  exitCode?: number | null;
}

export interface PortList {
  ports: number[];
}

/** A request to a preview: neither its query nor its headers, bodies or visitor. */
export interface PreviewRequest {
  /** Counts up; the same when it is told of again. */
  number: number;
  port: number;
  at: string;
  method: string;
  path: string;
  hasQuery: boolean;
  /** Absent when the visitor left before an answer. */
  status?: number | null;
  /** Absent while it goes on. */
  milliseconds?: number | null;
  bytes: number;
  webSocket: boolean;
  byLink: boolean;
}

export interface PreviewRequestList {
  requests: PreviewRequest[];
}

export type Nothing = Record<string, never>;

/** Requests of the session, by method: parameters and answer. */
export interface SessionMethods {
  "session.ping": [Nothing, Nothing];
  "session.look": [LookAt, Nothing];
  "files.list": [PathParams, FileList];
  "files.stat": [PathParams, FileEntry];
  "files.create": [CreateFile, FileEntry];
  "files.rename": [MoveFile, FileEntry];
  "files.copy": [MoveFile, FileEntry];
  "files.delete": [DeleteFile, Nothing];
  "files.watch": [Nothing, Nothing];
  "files.link": [LinkFile, FileLink];
  "documents.open": [OpenDocument, OpenedDocument];
  "documents.push": [PushUpdates, PushedUpdates];
  "documents.close": [DocumentParams, Nothing];
  "documents.presence": [DocumentPresence, Nothing];
  "terminals.open": [OpenTerminal, TerminalInfo];
  "terminals.list": [Nothing, TerminalList];
  "terminals.resize": [ResizeTerminal, Nothing];
  "terminals.rename": [RenameTerminal, TerminalInfo];
  "terminals.close": [TerminalParams, Nothing];
  "run.start": [StartRun, RunStatus];
  "run.stop": [Nothing, RunStatus];
  "run.status": [Nothing, RunStatus];
  "ports.list": [Nothing, PortList];
  "requests.watch": [Nothing, PreviewRequestList];
  "requests.unwatch": [Nothing, Nothing];
  "saves.state": [Nothing, SavesState];
  "search.start": [StartSearch, Nothing];
  "search.cancel": [SearchParams, Nothing];
  "search.files": [Nothing, WorkspacePaths];
  "search.replace": [ReplaceInFiles, ReplacedInFiles];
  "git.status": [Nothing, GitStatus];
  "git.diff": [GitDiff, GitFileDiff];
  "git.branches": [Nothing, GitBranches];
  "git.init": [Nothing, GitStatus];
  "git.stage": [GitPaths, GitStatus];
  "git.unstage": [GitPaths, GitStatus];
  "git.discard": [GitPaths, GitStatus];
  "git.commit": [GitCommit, GitStatus];
  "git.switch": [GitSwitch, GitStatus];
  "git.addRemote": [GitRemote, GitStatus];
  "git.fetch": [Nothing, GitStatus];
  "git.pull": [GitPull, GitStatus];
  "git.push": [GitPush, GitStatus];
  "git.continue": [Nothing, GitStatus];
  "git.abort": [Nothing, GitStatus];
  "git.cancel": [Nothing, Nothing];
  "git.credential": [GitCredential, Nothing];
  "languages.list": [Nothing, LanguageList];
  "languages.restart": [LanguageParams, Nothing];
}

/** Notifications to the client, by method. */
export interface SessionNotifications {
  "session.welcome": Welcome;
  "session.participants": Participants;
  "session.looked": PersonLooked;
  "session.frozen": FrozenState;
  "session.role": RoleChanged;
  "files.changed": FilesChanged;
  "documents.updates": DocumentUpdates;
  "documents.flushed": DocumentFlushed;
  "documents.moved": DocumentMoved;
  "documents.failed": DocumentFailed;
  "documents.presence": DocumentPresence;
  "documents.reset": OpenedDocument;
  "terminals.opened": TerminalInfo;
  "terminals.closed": TerminalInfo;
  "terminals.renamed": TerminalInfo;
  "run.changed": RunStatus;
  "ports.changed": PortList;
  "requests.seen": PreviewRequestList;
  "saves.changed": SavesState;
  "search.found": SearchFound;
  "search.ended": EndedSearch;
  "git.progress": GitProgress;
  "git.credentialAsked": GitCredentialAsked;
  "languages.changed": LanguageServerInfo;
}
