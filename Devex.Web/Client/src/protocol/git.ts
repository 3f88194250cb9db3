// Peers of Devex.Contracts/Protocol/Git.cs.

export type GitChange = "modified" | "added" | "deleted" | "renamed" | "untracked" | "conflicted";

export interface GitFile {
  path: string;
  from?: string | null;
  staged?: GitChange | null;
  unstaged?: GitChange | null;
}

export interface GitStatus {
  repository: boolean;
  installed: boolean;
  branch?: string | null;
  commit?: string | null;
  upstream?: string | null;
  ahead: number;
  behind: number;
  files: GitFile[];
  limited: boolean;
  underway?: GitUnderway | null;
  remotes?: string[] | null;
}

export type GitUnderway = "merge" | "rebase" | "cherryPick" | "revert";

export interface GitPaths {
  paths?: string[];
}

export interface GitDiff {
  path: string;
  staged: boolean;
  from?: string;
}

export interface GitFileDiff {
  before?: string | null;
  after?: string | null;
  binary: boolean;
}

export interface GitCommit {
  message: string;
  all?: boolean;
}

export interface GitBranches {
  branches: string[];
}

export interface GitSwitch {
  branch: string;
  create?: boolean;
}

export type GitReconcile = "merge" | "rebase";

export interface GitPull {
  how?: GitReconcile;
}

export interface GitPush {
  publish?: string;
}

export interface GitRemote {
  name: string;
  url: string;
}

export type GitOperation = "fetch" | "pull" | "push";

export interface GitProgress {
  text: string;
  percent: number;
}

export interface GitCredentialAsked {
  ask: string;
  operation: GitOperation;
  host: string;
  path: string;
  username?: string | null;
}

/** Without a password the operation ends. */
export interface GitCredential {
  ask: string;
  username?: string;
  password?: string;
}
