import type { DocumentPresence, PresentPerson, SelectionRange } from "../protocol/documents.js";
import type { Participant } from "../protocol/session.js";
import type { DocumentClient } from "./documentClient.js";

/** Where somebody is in the text shown. */
export interface Place {
  person: Participant;
  selections: SelectionRange[];
}

/** Turns what others report, each in the text of some version, into positions of the text shown. */
export class PresenceIn {
  // A report about a version that has not come yet waits for it, the newest per person.
  readonly #early = new Map<number, PresentPerson>();

  constructor(readonly client: DocumentClient, readonly show: (places: Place[]) => void) {}

  received(people: readonly PresentPerson[]): void {
    const places = people.flatMap((present) => this.#place(present) ?? []);
    if (places.length > 0) this.show(places);
  }

  advanced(): void {
    if (this.#early.size > 0) this.received([...this.#early.values()]);
  }

  #place(present: PresentPerson): Place | undefined {
    const { person, version } = present;
    if (present.selections && version > this.client.version) {
      if (this.#early.size < 200 || this.#early.has(person.connection)) this.#early.set(person.connection, present);
      return undefined;
    }
    this.#early.delete(person.connection);
    const selections = (present.selections ?? []).slice(0, 100).flatMap(({ anchor, head }) => {
      const a = this.client.positionNow(version, anchor);
      const h = this.client.positionNow(version, head);
      return a === undefined || h === undefined ? [] : [{ anchor: a, head: h }];
    });
    return { person, selections };
  }
}

/** Tells others which file is in front of this person. */
export class LookOut {
  #path: string | undefined;

  constructor(readonly send: (path: string | null) => void) {}

  at(path: string | undefined): void {
    if (path === this.#path) return;
    this.#path = path;
    this.send(path ?? null);
  }

  reconnected(): void {
    if (this.#path !== undefined) this.send(this.#path);
  }
}

/** Tells others where this person is, at most ten times a second and only when `serve` has all that this page made. */
export class PresenceOut {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = "";
  #dirty = false;

  constructor(
    readonly client: DocumentClient,
    readonly selections: () => SelectionRange[] | undefined,
    readonly send: (presence: DocumentPresence) => void,
  ) {}

  changed(): void {
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.settle();
    }, 100);
  }

  /** Called when updates were confirmed, too. */
  settle(): void {
    if (!this.#dirty || this.#timer !== undefined || !this.client.live || this.client.pending > 0) return;
    this.#dirty = false;
    const selections = this.selections();
    const presence = { document: this.client.document, version: this.client.version, selections: selections ?? null };
    const key = JSON.stringify(presence);
    if (key === this.#last) return;
    this.#last = key;
    this.send(presence);
  }

  reconnected(): void {
    this.#last = "";
    this.changed();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
