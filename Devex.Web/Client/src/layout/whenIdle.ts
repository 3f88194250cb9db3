// Longer nobody shall wait; milliseconds.
const longest = 100;

/**
 * Does something when there is time for it, behind a frame that is under way and asking for none itself, however often it is asked for until then: what may be seen
 * a little later is not in the way of what may not, such as a letter that was typed.
 */
export class WhenIdle {
  readonly #action: () => void;
  #cancel: (() => void) | undefined;

  constructor(action: () => void) {
    this.#action = action;
  }

  ask(): void {
    this.#cancel ??= later(() => {
      this.#cancel = undefined;
      this.#action();
    });
  }

  /** Does it not any more. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

function later(action: () => void): () => void {
  // Not every browser tells when it has time.
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(action, 20);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(action, { timeout: longest });
  return () => cancelIdleCallback(idle);
}
