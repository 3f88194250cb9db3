import { element, plain } from "../layout/dom.js";
import { colourOf, initials } from "../workbench/people.js";

/** Whose input a terminal took last. */
export interface Typist {
  user: string;
  name: string;
}

export const typedLast = ({ name }: Typist): string => `${plain(name, 40)} typed last`;

/** Beside the tabs: who typed last in the terminal that is in use, where that was somebody else. */
export class TypistChip {
  readonly #face = element("span", { attributes: { "aria-hidden": "true" } });
  // Always there: what is shown only together with its words is not read out.
  readonly #words = element("span", { attributes: { role: "status", "data-testid": "typist" } });
  readonly element = element("span", { class: "dx-typist" }, this.#face, this.#words);

  show(typist: Typist | undefined): void {
    const words = typist ? typedLast(typist) : "";
    if (this.#words.textContent !== words) this.#words.textContent = words;
    this.element.title = words;
    this.#face.className = typist ? `dx-avatar dx-person-${colourOf(typist.user)}` : "";
    this.#face.textContent = typist ? initials(typist.name) : "";
  }
}
