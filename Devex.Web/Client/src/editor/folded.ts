/** In a window that has no room for two groups the tabs of both stand in one; this knows which of them belong to the second. */
export class Folded<T> {
  /** Whether the tab stands in the first group, too. */
  readonly #second = new Map<T, boolean>();

  add(tab: T, shared: boolean): void {
    this.#second.set(tab, shared);
  }

  /** Which of the tabs stand where when there is room. */
  apart(tabs: readonly T[]): { first: T[]; second: T[] } {
    return { first: tabs.filter((tab) => this.#second.get(tab) !== false), second: tabs.filter((tab) => this.#second.has(tab)) };
  }

  clear(): void {
    this.#second.clear();
  }
}
