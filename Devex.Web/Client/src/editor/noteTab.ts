import { button, element } from "../layout/dom.js";

interface NoteAction {
  label: string;
  run: () => void;
}

/** Stands in the editor's place where a file cannot be edited as text: says why, and what can be done. */
export class NoteTab {
  readonly kind = "note";
  readonly saveState = undefined;
  readonly element: HTMLElement;

  constructor(public path: string, title: string, detail: string, actions: NoteAction[]) {
    this.element = element("div", { class: "dx-note", attributes: { "data-testid": "file-note" } },
      element("h2", { text: title }),
      element("p", { text: detail }),
      element("div", { class: "dx-note-actions" }, ...actions.map(({ label, run }) => button(label, { class: "dx-button", on: { click: run } }))));
  }

  dispose(): void {
    // Nothing is held.
  }
}
