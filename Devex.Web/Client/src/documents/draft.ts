import { ChangeSet, type Text } from "@codemirror/state";
import type { OpenedDocument } from "../protocol/documents.js";
import { textOf } from "./lines.js";

/** What one page had typed into one document and `serve` had not confirmed: enough for another page to go on in its place. */
export interface Draft {
  client: string;
  /** How many of the client's updates were confirmed; the first pending one has the number after it. */
  confirmed: number;
  document: string;
  path: string;
  version: number;
  lineEnding: string;
  /** The text at `version`. */
  base: string;
  /** Change sets as on the wire, in order. */
  pending: unknown[];
}

/** The document as the page had it, without what was pending. */
export const openedFrom = (draft: Draft): OpenedDocument => ({
  document: draft.document, path: draft.path, version: draft.version, text: draft.base, lineEnding: draft.lineEnding,
  received: { [draft.client]: draft.confirmed }, flushedVersion: draft.version,
});

/** The changes that were pending. @throws RangeError when they are no changes of that text. */
export function pendingOf(draft: Draft): ChangeSet[] {
  let text: Text = textOf(draft.base);
  return draft.pending.map((json) => {
    const changes = ChangeSet.fromJSON(json);
    text = changes.apply(text);
    return changes;
  });
}

/** Reads a draft that was stored as JSON; undefined for anything else. */
export function parseDraft(value: unknown): Draft | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const draft = value as Partial<Draft>;
  const texts = [draft.client, draft.document, draft.path, draft.lineEnding, draft.base];
  const numbers = [draft.confirmed, draft.version];
  if (!texts.every((text) => typeof text === "string") || !numbers.every(Number.isSafeInteger) || !Array.isArray(draft.pending)) return undefined;
  try {
    return pendingOf(draft as Draft).length > 0 ? (draft as Draft) : undefined;
  } catch {
    return undefined;
  }
}
