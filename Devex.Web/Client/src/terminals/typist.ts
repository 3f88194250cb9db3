import { element, plain } from "../layout/dom.js";
import type { TerminalControl } from "../protocol/session.js";
import { colourOf } from "../workbench/people.js";

/** Over a terminal: who typed in it last, where that was somebody else. */
export class Typist {
  readonly element = element("div", { class: "dx-typist", attributes: { role: "status", "data-testid": "typist" } });
  readonly #self: () => string | undefined;

  constructor(self: () => string | undefined) {
    this.#self = self;
  }

  show({ user, name }: TerminalControl): void {
    const other = user !== undefined && user !== this.#self();
    this.element.textContent = other ? `${plain(name ?? "Somebody", 40)} typed last` : "";
    this.element.className = other ? `dx-typist dx-on dx-person-${colourOf(user)}` : "dx-typist";
  }
}
