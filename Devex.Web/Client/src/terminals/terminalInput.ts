import { randomId } from "../editor/randomId.js";

// Kept of what was sent, for a connection that breaks, and of what waits for one.
const most = 32 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * What this page types into one terminal, by running byte offsets: over connections that break, `serve` gets each key once. It counts what it takes from a page,
 * and says how much that is when the page connects anew.
 *
 *      kept:   ──── sent, perhaps taken ────┬──── waits for a connection ────
 *           from                           sent                             end
 */
export class TerminalInput {
  /** The name under which `serve` counts. */
  readonly page = randomId();
  #kept: Bytes[] = [];
  #from = 0;
  #end = 0;
  #sent = 0;
  #send: ((data: Bytes) => void) | undefined;

  /** Bytes that went by a connection. */
  get sent(): number {
    return this.#sent;
  }

  /** Whether there is a connection that it goes by. */
  get attached(): boolean {
    return this.#send !== undefined;
  }

  /** A connection goes on behind the `taken` bytes; a `serve` that does not count is sent nothing twice. */
  attach(taken: number | undefined, send: (data: Bytes) => void): void {
    this.#send = send;
    let at = this.#from;
    for (const data of this.#kept) {
      const known = Math.min(Math.max((taken ?? this.#sent) - at, 0), data.length);
      if (known < data.length) send(data.slice(known));
      at += data.length;
    }
    this.#sent = this.#end;
    this.#trim();
  }

  detach(): void {
    this.#send = undefined;
  }

  /** Sends it, now or with the next connection; false when too much waits for one, and it is dropped. */
  push(data: Bytes): boolean {
    if (!this.#send && this.#end - this.#sent + data.length > most) return false;
    this.#kept.push(data);
    this.#end += data.length;
    if (this.#send) {
      this.#send(data);
      this.#sent = this.#end;
      this.#trim();
    }
    return true;
  }

  #trim(): void {
    for (let [first] = this.#kept; first && this.#from + first.length + most <= this.#sent; [first] = this.#kept) {
      this.#from += first.length;
      this.#kept.shift();
    }
  }
}
