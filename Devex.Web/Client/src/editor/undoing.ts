import { redo, undo } from "@codemirror/commands";
import { type Extension, Facet, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";

/** How an editor without a history of its own undoes. */
export interface Undoing {
  undo: () => boolean;
  redo: () => boolean;
}

const elsewhere = Facet.define<Undoing, Undoing | undefined>({ combine: (all) => all[0] });

/** Undoes in whatever history an editor has. */
export const undoIn = (view: EditorView): boolean => (view.state.facet(elsewhere) ?? { undo: () => undo(view) }).undo();

export const redoIn = (view: EditorView): boolean => (view.state.facet(elsewhere) ?? { redo: () => redo(view) }).redo();

/** The keys and events of an editor whose history is another's. */
export const undoElsewhere = (undoing: Undoing): Extension => [
  elsewhere.of(undoing),
  Prec.low(keymap.of([
    { key: "Mod-z", run: undoing.undo, preventDefault: true },
    { key: "Mod-y", mac: "Mod-Shift-z", run: undoing.redo, preventDefault: true },
    { linux: "Ctrl-Shift-z", run: undoing.redo, preventDefault: true },
  ])),
  EditorView.domEventHandlers({
    beforeinput: (event) => {
      if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return false;
      event.preventDefault();
      return event.inputType === "historyUndo" ? undoing.undo() : undoing.redo();
    },
  }),
];
