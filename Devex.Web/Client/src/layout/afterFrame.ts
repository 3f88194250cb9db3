/**
 * Does something once the next frame is made, however often it is asked for until then: what may be seen a frame later is not in the way of what may not, such as a
 * letter that was typed.
 */
export class AfterFrame {
  readonly #action: () => void;
  #frame: number | undefined;
  #task: ReturnType<typeof setTimeout> | undefined;

  constructor(action: () => void) {
    this.#action = action;
  }

  ask(): void {
    this.#frame ??= requestAnimationFrame(() => {
      // The frame is drawn in the task that this belongs to.
      this.#task = setTimeout(() => {
        this.#frame = undefined;
        this.#action();
      });
    });
  }

  /** Does it not any more. */
  stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#task);
    this.#frame = undefined;
  }
}
