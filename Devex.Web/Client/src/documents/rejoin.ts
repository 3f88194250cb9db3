import type { EditorState, Text, Transaction } from "@codemirror/state";
import type { OpenedDocument } from "../protocol/documents.js";
import { collabField, foreign, rebase } from "./collab.js";
import { changesBetween } from "./diff.js";
import { type AcceptedUpdates, withoutForeign } from "./history.js";

/** The server remembers the clients that came last; one that is absent although there is room was never accepted. */
const mostReceived = 200;

/** How a page goes on with a server whose history is not its own any more. */
export interface Rejoined {
  transaction: Transaction;
  /** How many of the page's updates count as accepted now. */
  confirmed: number;
}

/** Goes back to an earlier version: foreign updates after it go, our own become pending again. Undefined when it is no longer known. */
export function takeBack(state: EditorState, accepted: AcceptedUpdates, version: number, confirmed: number): Rejoined | undefined {
  const collab = state.field(collabField);
  const run = accepted.since(version, collab.version);
  if (!run) return undefined;
  const before = run[0]?.before ?? collab.base;
  const first = run.find((update) => update.n !== undefined)?.n;
  const { own, undo } = withoutForeign(run, collab.pending, 0, before);
  return {
    transaction: foreign(state, undo, { version, base: before, pending: own }),
    confirmed: first === undefined ? confirmed : first - 1,
  };
}

/**
 * Goes on from a text whose history is not known: the difference to what is held here is one foreign update. What `received`
 * counts is in the text; what it does not is the page's to send, even if an earlier `serve` had accepted it.
 */
export function goOnFrom(
  state: EditorState, accepted: AcceptedUpdates, opened: OpenedDocument, theirs: Text, page: { client: string; confirmed: number; document: string },
): Rejoined {
  const { base, pending, version } = state.field(collabField);
  const same = opened.document === page.document;
  const counted = same ? (opened.received[page.client] ?? (Object.keys(opened.received).length < mostReceived ? 0 : undefined)) : undefined;
  const received = counted ?? (same ? page.confirmed : 0);
  const lost = counted === undefined ? undefined : accepted.firstOwnAfter(counted);
  const run = lost ? (accepted.since(lost.version, version) ?? []) : [];
  const { own, undo } = withoutForeign(run, pending, received, run[0]?.before ?? base);
  // Of the pending ones those were accepted that the server counts beyond what we had heard of.
  const included = Math.max(0, Math.min(pending.length, received - page.confirmed));
  const ours = own.slice(0, included).reduce((text, changes) => changes.apply(text), run[0]?.before ?? base);
  const { rebased, over } = rebase(own.slice(included), changesBetween(ours, theirs));
  return {
    transaction: foreign(state, undo.compose(over), { version: opened.version, base: theirs, pending: rebased }),
    confirmed: received,
  };
}
