/** The tabs of one editor group, in order, and the one in front. */
export class TabList<T> {
  #all: T[] = [];
  #front: T | undefined;

  get all(): readonly T[] {
    return this.#all;
  }

  get front(): T | undefined {
    return this.#front;
  }

  has(tab: T): boolean {
    return this.#all.includes(tab);
  }

  /** Brings a tab to the front; one that is not here yet comes last. */
  show(tab: T): void {
    if (!this.has(tab)) this.#all.push(tab);
    this.#front = tab;
  }

  /** Takes a tab out; its neighbour comes to the front when it was there. */
  remove(tab: T): void {
    const at = this.#all.indexOf(tab);
    if (at < 0) return;
    this.#all.splice(at, 1);
    if (this.#front === tab) this.#front = this.#all[at] ?? this.#all[at - 1];
  }

  /** Puts a tab before another, or last. */
  place(tab: T, before: T | undefined): void {
    if (tab === before) return;
    const rest = this.#all.filter((other) => other !== tab);
    const at = before === undefined ? -1 : rest.indexOf(before);
    rest.splice(at < 0 ? rest.length : at, 0, tab);
    this.#all = rest;
  }

  /** The tab so many places after the one in front, around the ends. */
  step(by: number): T | undefined {
    if (this.#front === undefined) return undefined;
    const { length } = this.#all;
    return this.#all[(this.#all.indexOf(this.#front) + by + length) % length];
  }
}
