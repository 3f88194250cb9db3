// What the session can be asked and what it tells by itself: a line for each method, as in docs/protocol.md.
import type {
  DocumentFailed, DocumentFlushed, DocumentMoved, DocumentParams, DocumentPresence, DocumentUpdates, OpenDocument, OpenedDocument, PresentPeople,
  PushedUpdates, PushUpdates,
} from "./documents.js";
import type { CreateFile, DeleteFile, FileEntry, FileLink, FileList, FilesChanged, LinkFile, MoveFile, PathParams, UploadedBytes, UploadName } from "./files.js";
import type {
  GitBranches, GitCommit, GitCredential, GitCredentialAsked, GitDiff, GitFileDiff, GitPaths, GitProgress, GitPull, GitPush, GitRemote, GitStatus, GitSwitch,
} from "./git.js";
import type { LanguageList, LanguageParams, LanguageServerInfo } from "./languages.js";
import type { PreviewRequestList } from "./requests.js";
import type { SavesState } from "./saves.js";
import type { EndedSearch, ReplacedInFiles, ReplaceInFiles, SearchFound, SearchParams, StartSearch, WorkspacePaths } from "./search.js";
import type { FrozenState, LookAt, Nothing, Participants, PersonLooked, RoleChanged, Welcome } from "./session.js";
import type { OpenTerminal, PortList, RenameTerminal, ResizeTerminal, RunStatus, StartRun, TerminalInfo, TerminalList, TerminalParams } from "./terminals.js";

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
  "files.uploaded": [UploadName, UploadedBytes];
  "files.cancelUpload": [UploadName, Nothing];
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
  "documents.presence": PresentPeople;
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
