// A page that nobody sees makes no frames; milliseconds.
const longest = 100;

/**
 * Does something as soon as the next frame is made, however often it is asked for until then: so it is not in the way of what that frame is to show, such as a letter
 * that was typed. Where no frame is made it is done all the same, soon.
 */
export class AfterFrame {
  readonly #action: () => void;
  #frame: number | undefined;
  #task: ReturnType<typeof setTimeout> | undefined;

  constructor(action: () => void) {
    this.#action = action;
  }

  ask(): void {
    if (this.#task !== undefined) return;
    this.#task = setTimeout(() => this.now(), longest);
    this.#frame = requestAnimationFrame(() => {
      clearTimeout(this.#task);
      // The frame is drawn in the task that this belongs to.
      this.#task = setTimeout(() => this.now());
    });
  }

  /** Does it without waiting any longer. */
  now(): void {
    this.stop();
    this.#action();
  }

  /** Does it not any more. */
  stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#task);
    this.#frame = this.#task = undefined;
  }
}
