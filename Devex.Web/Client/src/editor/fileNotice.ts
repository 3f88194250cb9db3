import { element, plain } from "../layout/dom.js";
import type { EditorTab } from "./openFiles.js";

/** The line above the text that says what is the matter with the file. */
export class FileNotice {
  readonly element = element("div", { class: "dx-file-notice", attributes: { role: "status", hidden: true } });
  readonly #mayEdit: () => boolean;

  constructor(mayEdit: () => boolean) {
    this.#mayEdit = mayEdit;
  }

  show(tab: EditorTab | undefined): void {
    const { text, restore } = about(tab);
    if (this.element.dataset.text === text) return;
    this.element.dataset.text = text;
    this.element.hidden = text === "";
    this.element.replaceChildren(element("span", { text: plain(text, 300) }));
    if (restore && this.#mayEdit()) {
      this.element.append(element("button", { class: "dx-button", text: "Save it again", attributes: { type: "button" }, on: { click: restore } }));
    }
  }
}

function about(tab: EditorTab | undefined): { text: string; restore?: () => void } {
  if (tab?.kind !== "text") return { text: "" };
  if (tab.client.deleted) return { text: "This file was deleted. Its text is still here.", restore: () => void tab.restore() };
  if (tab.client.readOnly !== undefined) return { text: tab.client.readOnly };
  return { text: tab.saveState.kind === "failed" ? tab.saveState.text : "" };
}
