import { randomId } from "../editor/randomId.js";

// Kept of what was sent, for a connection that breaks, and of what waits for one.
const most = 1 << 20;
// More keys than anybody types before the first of them has come.
const mostFrames = 4096;
const largestFrame = 32 * 1024;

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

  /**
   * A connection goes on behind the `taken` bytes; a `serve` that does not count is sent nothing twice. False when something between them and what is kept was lost: what was
   * sent behind it is not sent again, for no program expects a text with a hole.
   */
  attach(taken: number | undefined, send: (data: Bytes) => void): boolean {
    this.#send = send;
    const whole = taken === undefined || taken >= this.#from;
    if (!whole) this.#beginAnew(taken);
    const begin = taken ?? this.#sent;
    let at = this.#from;
    for (const data of this.#kept) {
      const known = Math.min(Math.max(begin - at, 0), data.length);
      if (known < data.length) send(data.slice(known));
      at += data.length;
    }
    this.#sent = this.#end;
    this.#trim();
    return whole;
  }

  detach(): void {
    this.#send = undefined;
  }

  /** Sends it, now or with the next connection; false when too much waits for one, and it is dropped. */
  push(data: Bytes): boolean {
    if (!this.#send && this.#end - this.#sent + data.length > most) return false;
    for (let at = 0; at < data.length; at += largestFrame) this.#pushFrame(data.slice(at, at + largestFrame));
    return true;
  }

  /** What was sent is let go of, and counting goes on where `serve` is. */
  #beginAnew(taken: number): void {
    let at = this.#from;
    this.#kept = this.#kept.filter((data) => (at += data.length) > this.#sent);
    this.#from = this.#sent = taken;
    this.#end = this.#kept.reduce((end, data) => end + data.length, taken);
  }

  #pushFrame(data: Bytes): void {
    this.#kept.push(data);
    this.#end += data.length;
    if (!this.#send) return;
    this.#send(data);
    this.#sent = this.#end;
    this.#trim();
  }

  #trim(): void {
    for (let [first] = this.#kept; first && this.#from + first.length <= this.#sent; [first] = this.#kept) {
      if (this.#from + first.length + most > this.#sent && this.#kept.length <= mostFrames) return;
      this.#from += first.length;
      this.#kept.shift();
    }
  }
}
