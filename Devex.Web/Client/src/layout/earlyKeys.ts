import { element } from "./dom.js";

/** Takes what a person types while the field that it is meant for is still being fetched: from the key that asked for the field on, no letter is lost. */
export class EarlyKeys {
  readonly #before = document.activeElement;
  readonly #field = element("input", { class: "dx-early-keys", attributes: { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": "Loading" } });

  constructor() {
    document.body.append(this.#field);
    this.#field.focus({ preventScroll: true });
  }

  /** What was typed. The focus is where it was before. */
  take(): string {
    if (document.activeElement === this.#field && this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
    this.#field.remove();
    return this.#field.value;
  }
}
