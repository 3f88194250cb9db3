import { type Extension, Prec } from "@codemirror/state";
import { CodeMirror, vim } from "@replit/codemirror-vim";
import { drawn } from "./selections.js";
import { redoIn, undoIn } from "./undoing.js";

// Its own commands know only of a history in the same editor.
for (const [name, command] of [["undo", undoIn], ["redo", redoIn]] as const) {
  CodeMirror.commands[name] = (cm) => {
    if (cm.curOp) delete cm.curOp.$changeStart;
    command(cm.cm6);
    // The cursor belongs where the text changed.
    const changed = cm.curOp?.$changeStart;
    if (changed !== undefined) cm.cm6.dispatch({ selection: { anchor: changed } });
  };
}

/** The keys of vim. */
export const vimKeys: Extension = Prec.highest([vim({ status: true }), drawn]);
