import { type Extension, Prec } from "@codemirror/state";
import { emacs, EmacsHandler } from "@replit/codemirror-emacs";
import { drawn } from "./selections.js";
import { redoIn, undoIn } from "./undoing.js";

// Its own commands know only of a history in the same editor.
EmacsHandler.bindKey("C-/|C-x u|S-C--|C-z", undoIn);
EmacsHandler.bindKey("S-C-/|S-C-x u|C--|S-C-z", redoIn);

/** The keys of emacs. */
export const emacsKeys: Extension = Prec.highest([emacs(), drawn]);
