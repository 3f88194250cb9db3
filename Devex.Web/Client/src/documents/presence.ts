import type { DocumentPresence, SelectionRange } from "../protocol/documents.js";
import type { DocumentClient } from "./documentClient.js";

/** Turns what others report, each in the text of some version, into positions of the text shown. */
export class PresenceIn {
  // A report about a version that has not come yet waits for it, the newest per person.
  readonly #early = new Map<number, DocumentPresence>();

  constructor(readonly client: DocumentClient, readonly show: (from: NonNullable<DocumentPresence["from"]>, selections: SelectionRange[]) => void) {}

  received(presence: DocumentPresence): void {
    const { from } = presence;
    if (!from) return;
    if (presence.selections && presence.version > this.client.version) {
      if (this.#early.size < 200) this.#early.set(from.connection, presence);
      return;
    }
    this.#early.delete(from.connection);
    const mapped = (presence.selections ?? []).slice(0, 100).flatMap(({ anchor, head }) => {
      const a = this.client.positionNow(presence.version, anchor);
      const h = this.client.positionNow(presence.version, head);
      return a === undefined || h === undefined ? [] : [{ anchor: a, head: h }];
    });
    this.show(from, mapped);
  }

  advanced(): void {
    for (const presence of [...this.#early.values()]) {
      if (presence.version <= this.client.version) this.received(presence);
    }
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
