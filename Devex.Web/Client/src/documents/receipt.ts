import type { SavedState } from "../protocol/api.js";
import type { StaleFile } from "../protocol/saves.js";
import type { SessionInstant } from "../protocol/session.js";

/** As many files as Core names in a receipt; of more nobody knows which. */
export const mostNamed = 20;

/** What one restore point, that Core has told of, says of one file. */
export interface Receipt {
  /** Everything flushed by then is held, */
  asOf: SessionInstant;
  /** unless the file itself is not: the stable key of why. */
  reason: string | undefined;
}

/** The part of Core's receipt that is about one file of the workspace. */
export function receiptOf(saved: SavedState | null | undefined, path: string): Receipt | undefined {
  return saved?.asOf ? { asOf: saved.asOf, reason: reasonOf(saved.notKept ?? [], path, mostNamed) } : undefined;
}

/** Why a file, or a folder above it, is among those that are not held; undefined when it is held. A list that is full may have lost its name. */
export function reasonOf(notKept: readonly StaleFile[], path: string, most = Infinity): string | undefined {
  const full = `workspace/${path.replaceAll("\\", "\\\\")}`;
  const named = notKept.find((file) => full === file.path || full.startsWith(`${file.path}/`));
  if (named) return named.reason;
  // What is no file at all comes last, so a list that ends with one has all that matter.
  return notKept.length >= most && notKept.at(-1)?.reason !== "special" ? "unnamed" : undefined;
}
