import type { SessionInstant } from "../protocol/session.js";
import { reasonWords } from "../status/saves.js";

/** Where the newest edit of a file is: this tab, the node's journal, the file, S3. */
export type SaveKind = "saving" | "sent" | "disk" | "s3" | "offline" | "frozen" | "failed" | "deleted" | "readOnly";

export interface SaveState {
  kind: SaveKind;
  text: string;
}

export interface SaveFacts {
  /** Whether unconfirmed edits outlive a reload of the page. */
  kept: boolean;
  live: boolean;
  frozen: boolean;
  /** Edits that `serve` has not confirmed. */
  pending: number;
  version: number;
  flushedVersion: number;
  flushedAt: SessionInstant | undefined;
  /** Moment up to which S3 holds what was flushed. */
  savedAsOf: SessionInstant | undefined;
  problem: string | undefined;
  deleted: boolean;
  readOnly: string | undefined;
  /** Why S3 does not hold the file as it is on disk: a stable key. */
  notKept?: string | undefined;
}

/** Says no more than what is known. */
export function saveState(facts: SaveFacts): SaveState {
  if (facts.problem !== undefined) return { kind: "failed", text: `Not saved: ${facts.problem}` };
  if (facts.pending > 0) {
    const where = facts.kept ? "kept in this tab" : "lost if this page is reloaded";
    if (!facts.live) return { kind: "offline", text: `Offline: ${where}` };
    return facts.frozen ? { kind: "frozen", text: `Paused: ${where}` } : { kind: "saving", text: "Saving…" };
  }
  if (facts.deleted) return { kind: "deleted", text: "Deleted" };
  if (facts.readOnly !== undefined) return { kind: "readOnly", text: "Read only" };
  if (facts.version > facts.flushedVersion) {
    return facts.live ? { kind: "saving", text: "Saving…" } : { kind: "sent", text: "Offline: sent, not yet confirmed" };
  }
  if (facts.notKept !== undefined) return { kind: "disk", text: `Saved on this machine only: it ${reasonWords(facts.notKept)}` };
  return covers(facts.savedAsOf, facts.flushedAt) ? { kind: "s3", text: "Saved to S3" } : { kind: "disk", text: "Saved" };
}

/** Whether a snapshot as of `asOf` holds what was flushed at `at`. Clocks of different boots say nothing about each other. */
export function covers(asOf: SessionInstant | undefined, at: SessionInstant | undefined): boolean {
  return asOf !== undefined && at !== undefined && asOf.bootId === at.bootId && at.nanoseconds <= asOf.nanoseconds;
}

const order: readonly SaveKind[] = ["failed", "offline", "frozen", "sent", "saving", "disk", "deleted", "readOnly", "s3"];

/** The state of all open files is that of the one that is worst off. */
export function worst(states: readonly SaveState[]): SaveState | undefined {
  return states.filter((s) => s.kind !== "deleted" && s.kind !== "readOnly").sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0];
}
