import { element, plain } from "../layout/dom.js";
import { redraw } from "../layout/redraw.js";
import type { Participant } from "../protocol/session.js";

const colours = 8;
const given = new Map<string, number>();

/** Takes up the colours that the session gave to those who are here. */
export function learnColours(people: readonly Participant[]): void {
  for (const person of people) given.set(person.user, person.colour);
}

/** One of eight colours: the same for a person on every page of a session, and another than those of the others there; of who has not been there, one by their id. */
export function colourOf(user: string): number {
  return (given.get(user) ?? hashOf(user)) % colours;
}

function hashOf(user: string): number {
  let hash = 0;
  for (let i = 0; i < user.length; i++) hash = (hash * 31 + user.charCodeAt(i)) | 0;
  return Math.abs(hash);
}

const most = 5;

/** One of each person but this one, however many pages they have open. */
export function othersOf(people: readonly Participant[], self: number | undefined): readonly Participant[] {
  const me = people.find((person) => person.connection === self)?.user;
  return [...new Map(people.filter((person) => person.user !== me).map((person) => [person.user, person])).values()];
}

/** Who else is here: a disc each; a press follows them. */
export class People {
  readonly element = element("ul", { class: "dx-people", attributes: { "aria-label": "People here", "data-testid": "people" } });
  readonly #follow: (user: string) => void;
  #others: readonly Participant[] = [];
  #followed: string | undefined;
  #shown = "";

  constructor(follow: (user: string) => void) {
    this.#follow = follow;
  }

  render(people: readonly Participant[], self: number | undefined): void {
    this.#others = othersOf(people, self);
    redraw(this.element, () => this.#render());
  }

  setFollowed(user: string | undefined): void {
    this.#followed = user;
    redraw(this.element, () => this.#render());
  }

  #render(): void {
    const shown = JSON.stringify([this.#followed, this.#others.map(({ user, name, role }) => [user, name, role])]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.replaceChildren(...this.#others.slice(0, most).map((person) => element("li", {}, this.#disc(person))));
    if (this.#others.length > most) {
      const rest = this.#others.slice(most).map((person) => plain(person.name, 60)).join(", ");
      this.element.append(element("li", { class: "dx-avatar", text: `+${this.#others.length - most}`, attributes: { title: rest } }));
    }
  }

  #disc({ user, name: given, role }: Participant): HTMLElement {
    const name = plain(given, 60);
    const followed = user === this.#followed;
    return element("button", {
      class: `dx-avatar dx-person-${colourOf(user)}`, text: initials(name),
      attributes: {
        type: "button", title: followed ? `Following ${name}` : `${name} (${role}): follow`, "aria-label": `${name}, ${role}: follow`, "aria-pressed": String(followed), "data-testid": `follow:${user}`,
      },
      on: { click: () => this.#follow(user) },
    });
  }
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}
