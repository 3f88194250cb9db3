import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, type EditorSelection, EditorState, type Extension, type StateEffect, type Text, type Transaction } from "@codemirror/state";
import {
  crosshairCursor, dropCursor, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap,
  lineNumbers, rectangularSelection,
} from "@codemirror/view";
import { lines } from "../documents/lines.js";
import { limited } from "../documents/size.js";
import type { UserSettings } from "../settings/settings.js";
import type { Theme } from "../workbench/config.js";
import { appearance } from "./appearance.js";
import { Preferences } from "./preferences.js";
import { remoteCursors } from "./remoteCursors.js";
import { selections } from "./selections.js";

/** What several editors of one file have in common, as it is now. */
export interface TextLook {
  settings: UserSettings;
  theme: Theme;
  language: Extension;
  /** What the file's language server can do. */
  help: Extension;
  /** Why it takes no edits; undefined when it does. */
  locked: string | undefined;
}

interface TextViewOptions {
  doc: Text;
  path: string;
  /** One step of indentation as the file has it. */
  indent: string;
  cspNonce: string | undefined;
  look: TextLook;
  /** History and collaboration, or what stands for them. */
  own: Extension;
  selection?: EditorSelection;
  scroll?: StateEffect<unknown>;
  /** A change would make the text too large, and was not made. */
  refused: () => void;
  /** Whether lines end with CR LF in the file. */
  crLf: () => boolean;
  dispatch: (view: EditorView, transactions: readonly Transaction[]) => void;
}

/** One editor of a text, and what of it can change while it is open. */
export class TextView {
  readonly view: EditorView;
  readonly #language = new Compartment();
  readonly #dark = new Compartment();
  readonly #editable = new Compartment();
  readonly #help = new Compartment();
  readonly #preferences: Preferences;

  constructor(options: TextViewOptions) {
    const { look, selection, scroll } = options;
    this.#preferences = new Preferences(options.indent);
    const state = EditorState.create({
      doc: options.doc, ...(selection && { selection }),
      extensions: [
        this.#preferences.extension(look.settings), lines, limited(options.refused, options.crLf), options.cspNonce ? EditorView.cspNonce.of(options.cspNonce) : [],
        lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), options.own, codeFolding(), foldGutter(), selections(selection), dropCursor(),
        EditorState.allowMultipleSelections.of(true), indentOnInput(), bracketMatching(), closeBrackets(), autocompletion(), rectangularSelection(),
        crosshairCursor(), highlightActiveLine(), highlightSelectionMatches(), search({ top: true }),
        // Tab indents; Escape, then Tab leaves the editor, as screen-reader users expect of editors.
        keymap.of([
          { key: "Mod-s", run: () => true, preventDefault: true },
          ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...foldKeymap, ...completionKeymap, indentWithTab,
        ]),
        this.#language.of(look.language), this.#dark.of(EditorView.darkTheme.of(look.theme === "dark")), this.#editable.of(editable(look.locked)), this.#help.of(look.help),
        appearance, remoteCursors,
        // An editable region has the keyboard by itself; the index says so to those that read the page, where the text scrolls.
        EditorView.contentAttributes.of({ "aria-label": `Text of ${options.path}`, "data-testid": "editor", tabindex: "0" }),
      ],
    });
    this.view = new EditorView({ state, ...(scroll && { scrollTo: scroll }), dispatchTransactions: (transactions, view) => options.dispatch(view, transactions) });
    this.#preferences.apply(this.view, look.settings);
  }

  set<K extends keyof TextLook>(what: K, value: TextLook[K]): void {
    this.#setters[what](value);
  }

  readonly #setters: { [K in keyof TextLook]: (value: TextLook[K]) => void } = {
    settings: (settings) => this.#preferences.apply(this.view, settings),
    theme: (theme) => this.view.dispatch({ effects: this.#dark.reconfigure(EditorView.darkTheme.of(theme === "dark")) }),
    language: (language) => this.view.dispatch({ effects: this.#language.reconfigure(language) }),
    help: (help) => this.view.dispatch({ effects: this.#help.reconfigure(help) }),
    locked: (locked) => this.view.dispatch({ effects: this.#editable.reconfigure(editable(locked)) }),
  };
}

// It stays focusable, so that it can be read, searched and copied by keyboard.
const editable = (locked: string | undefined): Extension =>
  locked === undefined ? [] : [EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-readonly": "true" })];
