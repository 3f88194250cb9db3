import { element, plain } from "../layout/dom.js";
import type { Participant } from "../protocol/session.js";

/** One of eight colours, the same for a person on every page. */
export function colourOf(user: string): number {
  let hash = 0;
  for (let i = 0; i < user.length; i++) hash = (hash * 31 + user.charCodeAt(i)) | 0;
  return Math.abs(hash) % 8;
}

/** Who else is here: one disc per person, however many pages they have open. */
export class People {
  readonly element = element("ul", { class: "dx-people", attributes: { "aria-label": "People here", "data-testid": "people" } });

  render(people: readonly Participant[], self: number | undefined): void {
    const me = people.find((person) => person.connection === self)?.user;
    const others = new Map(people.filter((person) => person.user !== me).map((person) => [person.user, person]));
    const list = [...others.values()];
    this.element.replaceChildren(...list.slice(0, 5).map((person) => {
      const name = plain(person.name, 60);
      return element("li", { class: `dx-avatar dx-person-${colourOf(person.user)}`, text: initials(name), attributes: { title: `${name} (${person.role})`, "aria-label": `${name}, ${person.role}` } });
    }));
    if (list.length > 5) this.element.append(element("li", { class: "dx-avatar", text: `+${list.length - 5}` }));
  }
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}
