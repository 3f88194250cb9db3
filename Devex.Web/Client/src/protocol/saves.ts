// Peers of Devex.Contracts/Protocol/Saves.cs.
import type { SessionInstant } from "./session.js";

export type SaveProgress = "unknown" | "saved" | "saving" | "retrying" | "ended";

export interface StaleFile {
  path: string;
  reason: string;
}

export interface SpaceUsage {
  bytes: number;
  maxBytes: number;
  files: number;
  maxFiles: number;
  whole?: boolean;
}

export interface SavesState {
  state: SaveProgress;
  files: number;
  bytes: number;
  root: number;
  hash?: string | null;
  at?: string | null;
  asOf?: SessionInstant | null;
  notKept?: StaleFile[] | null;
  usage?: SpaceUsage | null;
  problem?: string | null;
  halted?: string | null;
}
