import { Annotation, type ChangeSet, type EditorState, StateField, Transaction, type Text } from "@codemirror/state";
import { parts } from "./size.js";

/** What the server has accepted (`base` at `version`) and what this page made on top of it, in order. */
export interface CollabState {
  readonly version: number;
  readonly base: Text;
  readonly pending: readonly ChangeSet[];
}

const replaced = Annotation.define<CollabState>();

export const collabField = StateField.define<CollabState>({
  create: (state) => ({ version: 0, base: state.doc, pending: [] }),
  update(value, transaction) {
    const given = transaction.annotation(replaced);
    if (given) return given;
    return transaction.docChanged ? { ...value, pending: [...value.pending, ...parts(transaction.changes)] } : value;
  },
});

/** The extension for a document that begins at `version` with the state's text. */
export const collab = (version: number) => collabField.init((state) => ({ version, base: state.doc, pending: [] }));

/**
 * Takes in one update of the server. Never a composition of several: mapping over a composition is not mapping over its
 * parts, and the server maps over the parts.
 */
export function receive(state: EditorState, changes: ChangeSet, own: boolean): Transaction {
  const { version, base, pending } = state.field(collabField);
  const next = { version: version + 1, base: changes.apply(base) };
  if (own) return state.update({ annotations: replaced.of({ ...next, pending: pending.slice(1) }) });
  const { over, rebased } = rebase(pending, changes);
  return foreign(state, over, { ...next, pending: rebased });
}

/** Moves the state to another base; `changes` turns the state's text into that base with `next.pending` on top. */
export function foreign(state: EditorState, changes: ChangeSet, next: CollabState): Transaction {
  return state.update({
    changes,
    annotations: [Transaction.addToHistory.of(false), Transaction.remote.of(true), replaced.of(next)],
    filter: false,
  });
}

/** Pending changes moved over a foreign one, and the foreign one moved past them. At the same place, theirs comes first. */
export function rebase(pending: readonly ChangeSet[], changes: ChangeSet): { rebased: ChangeSet[]; over: ChangeSet } {
  let over = changes;
  const rebased = pending.map((mine) => {
    const moved = mine.map(over);
    over = over.map(mine, true);
    return moved;
  });
  return { rebased, over };
}

/** The same text under another version: a server that went on from an older state counts on from there. */
export function renumber(state: EditorState, version: number): Transaction {
  return state.update({ annotations: replaced.of({ ...state.field(collabField), version }) });
}
