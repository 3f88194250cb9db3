import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightSpecialChars, lineNumbers } from "@codemirror/view";
import { nameOf } from "../files/paths.js";
import { element, plain } from "../layout/dom.js";
import { appearance } from "./appearance.js";
import { languageOf } from "./languages.js";

/** Two texts of one file; a side that has none is undefined. */
export interface Comparison {
  path: string;
  /** What they are, such as `staged`; with the path it names the tab. */
  what: string;
  before: string | undefined;
  after: string | undefined;
  binary: boolean;
}

const fold = { margin: 3, minSize: 6 };

/** A file as it was beside the file as it is, unchanged parts folded; in a narrow window one under the other. */
export class DiffTab {
  readonly kind = "diff";
  readonly saveState = undefined;
  readonly element: HTMLElement;
  readonly path: string;
  readonly label: string;
  readonly #language = new Compartment();
  #dispose: () => void = () => undefined;
  #disposed = false;

  constructor(comparison: Comparison, cspNonce: string | undefined) {
    const { path, what, before, after, binary } = comparison;
    this.path = `${what}:${path}`;
    this.label = `${plain(nameOf(path), 60)} (${what})`;
    this.element = element("div", { class: "dx-diff", attributes: { "data-testid": "diff" } });
    if (binary) {
      this.element.append(element("div", { class: "dx-note" }, element("h2", { text: "This file is not text" }), element("p", { text: "Its versions cannot be shown beside each other." })));
      return;
    }
    const common: Extension = [
      lineNumbers(), highlightSpecialChars(), EditorView.lineWrapping, EditorState.readOnly.of(true), EditorView.editable.of(false), appearance, this.#language.of([]),
      cspNonce ? EditorView.cspNonce.of(cspNonce) : [], EditorView.darkTheme.of(document.documentElement.dataset.theme !== "light"),
    ];
    const named = (label: string) => EditorView.contentAttributes.of({ tabindex: "0", "aria-label": `${plain(path)} ${label}` });
    const views = matchMedia("(max-width: 700px)").matches
      ? this.#unified(before ?? "", after ?? "", [common, named("with its changes")])
      : this.#beside(before ?? "", after ?? "", [common, named("before")], [common, named("after")]);
    void languageOf(nameOf(path))?.load().then((support) => {
      if (!this.#disposed) for (const view of views) view.dispatch({ effects: this.#language.reconfigure(support) });
    }, () => undefined);
  }

  dispose(): void {
    this.#disposed = true;
    this.#dispose();
  }

  #beside(before: string, after: string, a: Extension, b: Extension): EditorView[] {
    const merge = new MergeView({ a: { doc: before, extensions: a }, b: { doc: after, extensions: b }, parent: this.element, collapseUnchanged: fold, gutter: true });
    this.#dispose = () => merge.destroy();
    return [merge.a, merge.b];
  }

  #unified(before: string, after: string, extensions: Extension): EditorView[] {
    const view = new EditorView({ doc: after, extensions: [extensions, unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: fold })], parent: this.element });
    this.#dispose = () => view.destroy();
    return [view];
  }
}
