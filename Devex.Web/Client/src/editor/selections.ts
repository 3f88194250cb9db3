import { Compartment, type EditorSelection, EditorState, type Extension } from "@codemirror/state";
import { drawSelection } from "@codemirror/view";

/**
 * Cursors and selections that CodeMirror draws, for what a browser does not have: several at once, and a selection of a text that has not the focus. Drawn cursors do not blink: what is
 * animated is part of every frame, so that each letter would wait for it.
 */
export const drawn: Extension = drawSelection({ cursorBlinkRate: 0 });

const drawing = new Compartment();

const isCaret = (selection: EditorSelection) => selection.ranges.length === 1 && selection.main.empty;

/** One cursor is the browser's own, which costs a letter nothing; all else is drawn. */
export const selections = (selection: EditorSelection | undefined): Extension => [
  drawing.of(selection && !isCaret(selection) ? drawn : []),
  EditorState.transactionExtender.of(({ startState, newSelection }) => {
    const caret = isCaret(newSelection);
    return caret === isCaret(startState.selection) ? null : { effects: drawing.reconfigure(caret ? [] : drawn) };
  }),
];
