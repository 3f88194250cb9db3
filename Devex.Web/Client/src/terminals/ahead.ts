/** Bytes that output may be ahead of what is drawn, at least and at most; the most is what `serve` takes where nothing is said. */
export const least = 64 * 1024;
export const most = 512 * 1024;

/** So long may drawing go on behind a program that was interrupted, milliseconds. */
const patience = 40;

/** A rate is told from so much time of drawing, milliseconds. */
const measured = 20;

/**
 * How far a program's output may be ahead of the screen: as much as is drawn while a key is on its way to the program, and for a moment more. Ahead by less, a fast line would be waited for;
 * by more, a flood would scroll on after Ctrl-C.
 */
export class Ahead {
  readonly #latency: () => number;
  readonly #now: () => number;
  #busySince: number | undefined;
  #bytes = 0;
  #time = 0;
  /** Bytes in a millisecond. */
  #rate: number | undefined;

  /** @param latency Milliseconds to the session and back, undefined until that is known. */
  constructor(latency: () => number | undefined = () => undefined, now: () => number = () => performance.now()) {
    this.#latency = () => latency() ?? Infinity;
    this.#now = now;
  }

  /** There is something to draw. */
  came(): void {
    this.#busySince ??= this.#now();
  }

  /** So much was drawn; `more` is waiting. */
  drew(bytes: number, more: boolean): void {
    const now = this.#now();
    if (this.#busySince !== undefined) {
      this.#bytes += bytes;
      this.#time += now - this.#busySince;
    }
    this.#busySince = more ? now : undefined;
    if (this.#time < measured) return;
    const rate = this.#bytes / this.#time;
    this.#rate = this.#rate === undefined ? rate : (this.#rate + rate) / 2;
    this.#bytes = this.#time = 0;
  }

  /** Bytes. */
  get room(): number {
    if (this.#rate === undefined) return most;
    return Math.round(Math.min(most, Math.max(least, this.#rate * (patience + this.#latency()))));
  }
}
