// Peers of Devex.Contracts/Protocol/Search.cs.

export interface SearchQuery {
  text: string;
  regex?: boolean;
  matchCase?: boolean;
  wholeWord?: boolean;
  include?: string;
  exclude?: string;
  ignored?: boolean;
  replacement?: string;
}

export interface StartSearch {
  search: string;
  query: SearchQuery;
}

export interface SearchParams {
  search: string;
}

export interface FoundMatch {
  /** From 1. */
  line: number;
  /** From 0, within the line. */
  column: number;
  length: number;
  /** What is around the match; it begins at `start`. */
  text: string;
  start: number;
  replacement?: string | null;
}

export interface FoundFile {
  path: string;
  version: string;
  matches: FoundMatch[];
}

export interface SearchFound {
  search: string;
  files: FoundFile[];
}

export interface EndedSearch {
  search: string;
  files: number;
  matches: number;
  limited: boolean;
  cancelled: boolean;
  /** Why it could not go on. */
  problem?: string | null;
}

export interface ReplaceInFiles {
  query: SearchQuery;
  files: { path: string; version: string; only?: { line: number; column: number }[] }[];
}

export interface ReplacedInFiles {
  files: number;
  matches: number;
  /** Left as they are. */
  left: string[];
}

export interface WorkspacePaths {
  folders: { folder: string; names: string[] }[];
  limited: boolean;
}
