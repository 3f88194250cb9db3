import { element } from "./dom.js";

interface KeyRowOptions {
  /** Sends a key to the pane in use. */
  press: (key: ExtraKey) => void;
}

export type ExtraKey = "Escape" | "Tab" | "ArrowLeft" | "ArrowDown" | "ArrowUp" | "ArrowRight";

const keys: [ExtraKey, string, string][] = [
  ["Escape", "Esc", "Esc"], ["Tab", "Tab", "Tab"], ["ArrowLeft", "←", "Left"], ["ArrowDown", "↓", "Down"], ["ArrowUp", "↑", "Up"], ["ArrowRight", "→", "Right"],
];

/** Keys that soft keyboards lack, above the switcher of narrow windows. */
export class KeyRow {
  readonly element: HTMLElement;
  readonly #control: HTMLButtonElement;

  constructor(options: KeyRowOptions) {
    // Pressing one leaves the focus, and so the soft keyboard, where it is.
    const stay = (event: Event) => event.preventDefault();
    this.#control = element("button", {
      text: "Ctrl", attributes: { type: "button", "aria-pressed": "false", tabindex: -1 },
      on: { pointerdown: stay, mousedown: stay, click: () => this.#hold(this.#control.getAttribute("aria-pressed") !== "true") },
    });
    this.element = element("div", { class: "dx-key-row", attributes: { role: "toolbar", "aria-label": "Extra keys" } },
      ...keys.map(([key, text, label]) => element("button", {
        text, attributes: { type: "button", "aria-label": label, tabindex: -1 },
        on: { pointerdown: stay, mousedown: stay, click: () => options.press(key) },
      })));
    this.element.children[1]?.after(this.#control);
  }

  /** Whether Ctrl was held for this key; it is let go with it. */
  takeControl(): boolean {
    const held = this.#control.getAttribute("aria-pressed") === "true";
    if (held) this.#hold(false);
    return held;
  }

  #hold(held: boolean): void {
    this.#control.setAttribute("aria-pressed", held ? "true" : "false");
  }
}
