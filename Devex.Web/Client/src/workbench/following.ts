import type { Participant } from "../protocol/session.js";

export interface FollowingHost<T> {
  people: () => readonly Participant[];
  /** Shows a file and takes nobody's focus. */
  open: (path: string) => Promise<T>;
  /** Brings a person's cursor in an open file into sight, where it is known. */
  reveal: (file: T, connection: number) => void;
  /** Whom is followed, or which file they have in front, changed. */
  changed: () => void;
  /** The person has gone. */
  left: (name: string) => void;
  failed: (error: unknown) => void;
}

/** Shows what another person looks at, file by file and line by line, until this person does something themselves. */
export class Following<T> {
  readonly #host: FollowingHost<T>;
  /** The connection of each person that had a file in front last: they may have several pages open. */
  readonly #latest = new Map<string, number>();
  #person: Participant | undefined;
  #file: T | undefined;
  #shown: string | undefined;
  #opening = false;

  constructor(host: FollowingHost<T>) {
    this.#host = host;
  }

  /** Who is followed, with the file in front of them. */
  get person(): Participant | undefined {
    return this.#person;
  }

  follow(user: string): void {
    const person = this.#at(user);
    if (!person) return;
    this.stop();
    this.#go(person);
  }

  stop(): void {
    if (!this.#person) return;
    this.#person = this.#file = this.#shown = undefined;
    this.#host.changed();
  }

  /** A file came to the front here; what is opened on the way after somebody is no act of this person. */
  opened(): void {
    if (!this.#opening) this.stop();
  }

  /** Somebody, of this connection, has another file in front; or people came or went. */
  looked(connection?: number): void {
    const mover = this.#host.people().find((person) => person.connection === connection);
    if (mover) this.#latest.set(mover.user, mover.connection);
    if (!this.#person) return;
    const person = this.#at(this.#person.user);
    if (person) {
      this.#go(person);
      return;
    }
    const { name } = this.#person;
    this.stop();
    this.#host.left(name);
  }

  /** Somebody's cursor moved in an open file. Edits of others move cursors, too: it counts where that file is in front of them. */
  moved(file: T, connection: number): void {
    if (connection === this.#person?.connection && file === this.#file) this.#host.reveal(file, connection);
  }

  #at(user: string): Participant | undefined {
    const pages = this.#host.people().filter((person) => person.user === user);
    return pages.find((page) => page.connection === this.#latest.get(user)) ?? pages.find((page) => page.path != null) ?? pages[0];
  }

  #go(person: Participant): void {
    this.#person = person;
    if (person.path !== this.#shown) this.#file = undefined;
    this.#host.changed();
    void this.#catchUp();
  }

  /** One file after the other: one that opens slowly must not come over the next. */
  async #catchUp(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    try {
      for (let path = this.#wanted; path !== undefined; path = this.#wanted) {
        this.#shown = path;
        const file = await this.#host.open(path);
        if (!this.#person || this.#person.path !== path) continue;
        this.#file = file;
        this.#host.reveal(file, this.#person.connection);
      }
    } catch (error) {
      this.#host.failed(error);
    } finally {
      this.#opening = false;
    }
  }

  /** What is to be shown next; undefined when it is shown, or they have nothing in front. */
  get #wanted(): string | undefined {
    const path = this.#person?.path ?? undefined;
    return path === this.#shown ? undefined : path;
  }
}
