import { element } from "./dom.js";

/** Takes what a person types while what it is meant for is still being fetched: from the key that asked for it on, no letter is lost, or goes elsewhere. */
export class EarlyKeys {
  readonly #before = document.activeElement;
  readonly #field = element("textarea", { class: "dx-early-keys", attributes: { autocomplete: "off", spellcheck: "false", "aria-label": "Loading" } });

  /** `typed`: what was typed already. */
  constructor(parent: Element = document.body, typed = "") {
    this.#field.value = typed;
    parent.append(this.#field);
    this.#field.focus({ preventScroll: true });
  }

  /** Whether the person still waits here, and has not gone elsewhere. */
  get waiting(): boolean {
    return document.activeElement === this.#field;
  }

  /** What was typed up to the first Enter: for what takes one line. */
  get line(): string {
    return this.#field.value.split("\n", 1)[0] ?? "";
  }

  /** What was typed behind the first Enter; undefined where there was none. */
  get rest(): string | undefined {
    const end = this.#field.value.indexOf("\n");
    return end < 0 ? undefined : this.#field.value.slice(end + 1);
  }

  /** What was typed, Enter as a line break. The focus is where it was before. */
  take(): string {
    if (this.waiting && this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
    this.#field.remove();
    return this.#field.value;
  }
}
