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
}

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
