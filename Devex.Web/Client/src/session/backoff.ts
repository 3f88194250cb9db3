/** 1 s, 2 s, 4 s … 15 s, each with up to a quarter of jitter, so that tabs do not come back all at once. */
export class Backoff {
  #attempt = 0;

  constructor(readonly random: () => number = Math.random) {}

  get attempt(): number {
    return this.#attempt;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const base = Math.min(1000 * 2 ** this.#attempt, 15_000);
    this.#attempt++;
    return Math.round(base * (0.75 + 0.25 * this.random()));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
