// Two editors of one text. The first has the history and the collaboration; the second shows what the first does, and hands on what is done in it:
//
//     first ── echo: what anybody did, less what came from the second ──► second
//           ◄── relay: what this person did in the second ──────────────
import { isolateHistory } from "@codemirror/commands";
import { Annotation, type EditorSelection, type EditorState, type StateCommand, type StateEffect, Transaction, type TransactionSpec } from "@codemirror/state";
import { clearRemotePeople, setRemotePerson } from "./remoteCursors.js";

/** On what one editor has from the other. */
export const carried = Annotation.define<boolean>();

const quiet = [carried.of(true), Transaction.addToHistory.of(false)];
const typing = /^(?:input\.type|delete)(?:$|\.)/;

/** What of the effects concerns the text, and not one editor's own state. */
const shared = (effects: readonly StateEffect<unknown>[]) => effects.filter((effect) => effect.is(setRemotePerson) || effect.is(clearRemotePeople));

/** What the first editor did, for the second; undefined when nothing of it is to be seen there. Without its event: nobody types there, so nothing is to be offered there. */
export function echo(transaction: Transaction): TransactionSpec | undefined {
  if (transaction.annotation(carried) === true) return undefined;
  const effects = shared(transaction.effects);
  if (!transaction.docChanged && effects.length === 0) return undefined;
  return { changes: transaction.changes, effects, annotations: quiet, filter: false };
}

/**
 * What a person did in the second editor, for the first: with the second's selection around it, which is what undoing goes back to; afterwards the first's own
 * selection is where it was.
 */
export function relay(first: EditorState, own: Transaction): Transaction[] {
  const before = first.update({ selection: own.startState.selection, annotations: quiet });
  const event = own.annotation(Transaction.userEvent);
  const made = before.state.update({
    changes: own.changes, selection: own.newSelection, filter: false,
    annotations: [carried.of(true), ...(event === undefined || typing.test(event) ? [] : [isolateHistory.of("full")])],
  });
  return [before, made, made.state.update({ selection: first.selection.map(own.changes), annotations: quiet })];
}

/** Undoes or redoes in the first editor's history for a person who is in the second; undefined when there is nothing to do. */
export function undoFirst(first: EditorState, command: StateCommand): { transactions: Transaction[]; selection: EditorSelection } | undefined {
  const made: Transaction[] = [];
  command({ state: first, dispatch: (transaction) => made.push(transaction) });
  const [undone] = made;
  if (!undone) return undefined;
  return {
    transactions: [undone, undone.state.update({ selection: first.selection.map(undone.changes), annotations: quiet })],
    selection: undone.newSelection,
  };
}
