import type { SearchAddon } from "@xterm/addon-search";
import { button, element } from "../layout/dom.js";
import { icon } from "../layout/icons.js";

/** The line above a terminal in which text is looked for in its output. */
export class TerminalFind {
  readonly element: HTMLElement;
  readonly #search: SearchAddon;
  readonly #back: () => void;
  readonly #text: HTMLInputElement;
  readonly #said = element("span", { class: "dx-muted", attributes: { role: "status", "data-testid": "terminal-found" } });

  constructor(search: SearchAddon, back: () => void) {
    this.#search = search;
    this.#back = back;
    this.#text = element("input", {
      class: "dx-field", attributes: { type: "text", "aria-label": "Find in the terminal", placeholder: "Find in the terminal", spellcheck: "false", maxlength: 500, "data-testid": "terminal-find" },
      on: {
        input: () => this.#look(true, true),
        keydown: (event) => {
          if (event.key === "Enter") this.#look(event.shiftKey, false);
          else if (event.key === "Escape") this.hide();
          else return;
          event.preventDefault();
          event.stopPropagation();
        },
      },
    });
    const step = (label: string, turn: string, up: boolean) => button(label, { class: `dx-icon-button ${turn}`, icon: icon("chevron", 14), iconOnly: true, on: { click: () => this.#look(up, false) } });
    this.element = element("div", { class: "dx-terminal-find", attributes: { role: "search", hidden: true } }, this.#text, this.#said,
      step("Former match", "dx-turn-up", true), step("Next match", "dx-turn-down", false),
      button("Close", { class: "dx-icon-button", icon: icon("close", 14), iconOnly: true, on: { click: () => this.hide() } }));
  }

  show(selected: string): void {
    this.element.hidden = false;
    if (selected !== "" && !selected.includes("\n")) this.#text.value = selected;
    this.#text.focus();
    this.#text.select();
    if (this.#text.value !== "") this.#look(true, true);
  }

  hide(): void {
    this.element.hidden = true;
    this.#search.clearDecorations();
    this.#back();
  }

  /** The newest output is at the end, so looking begins there and goes up. */
  #look(up: boolean, incremental: boolean): void {
    const text = this.#text.value;
    if (text === "") {
      this.#said.textContent = "";
      this.#search.clearDecorations();
      return;
    }
    const options = { incremental: incremental && !up };
    const found = up ? this.#search.findPrevious(text, options) : this.#search.findNext(text, options);
    this.#said.textContent = found ? "" : "Not found";
  }
}
