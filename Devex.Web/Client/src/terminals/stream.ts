import type { TerminalControl } from "../protocol/terminals.js";
import { Ahead, most } from "./ahead.js";

/** Where output goes; `drawn` is called once the bytes are on the screen. */
export interface TerminalSink {
  write(bytes: Uint8Array, drawn: () => void): void;
  /** Output between what was shown and what comes next is gone. */
  gap(bytes: number): void;
  exited(code: number): void;
  size(columns: number, rows: number): void;
  role(drive: boolean): void;
}

const longestSequence = 4096;

/**
 * One terminal's output by running byte offsets: nothing is shown twice and nothing is left out, over any number of
 * connections; what was drawn is acknowledged, so that `serve` can stop a program that floods.
 */
export class TerminalStream {
  readonly #sink: TerminalSink;
  readonly #ahead: Ahead;
  #send: ((control: TerminalControl) => void) | undefined;
  #drawn = 0;
  #acknowledged = 0;
  /** The room that `serve` goes by. */
  #room = most;
  /** Offset of the next byte of the current connection; undefined before its start frame. */
  #incoming: number | undefined;
  #skipping = false;
  #skipped = 0;

  /** Offset after the last byte that was handed on. */
  offset = 0;

  constructor(sink: TerminalSink, ahead = new Ahead()) {
    this.#sink = sink;
    this.#ahead = ahead;
  }

  /** A new connection, opened with `offset`. */
  attach(send: (control: TerminalControl) => void): void {
    this.#send = send;
    this.#incoming = undefined;
    this.#acknowledged = this.offset;
    this.#room = most;
  }

  detach(): void {
    this.#send = undefined;
    this.#incoming = undefined;
  }

  control(frame: TerminalControl): void {
    switch (frame.type) {
      case "start":
      case "lost":
        if (frame.offset !== undefined) this.#goOn(frame.offset);
        break;
      case "exit":
        this.#sink.exited(frame.code ?? 0);
        break;
      case "size":
        if (frame.columns !== undefined && frame.rows !== undefined) this.#sink.size(frame.columns, frame.rows);
        break;
      case "role":
        this.#sink.role(frame.drive === true);
        break;
    }
  }

  output(bytes: Uint8Array): void {
    if (this.#incoming === undefined) return;
    const from = this.#incoming;
    this.#incoming += bytes.length;
    // Bytes that an earlier connection brought already.
    let fresh = from < this.offset ? bytes.subarray(Math.min(bytes.length, this.offset - from)) : bytes;
    if (fresh.length === 0) return;
    this.offset = this.#incoming;
    if (this.#skipping) {
      const skipped = this.#skip(fresh);
      if (skipped > 0) this.#drew(this.offset - (fresh.length - skipped));
      fresh = fresh.subarray(skipped);
      if (fresh.length === 0) return;
    }
    const end = this.offset;
    this.#ahead.came();
    this.#sink.write(fresh, () => this.#drew(end));
  }

  #goOn(offset: number): void {
    this.#incoming = offset;
    if (offset <= this.offset) return;
    this.#sink.gap(offset - this.offset);
    this.offset = offset;
    this.#drawn = Math.max(this.#drawn, offset);
    this.#acknowledged = offset;
    this.#skipping = true;
    this.#skipped = 0;
  }

  // After a gap output begins anywhere, maybe within an escape sequence or a character: up to the first line end or
  // escape it is not shown.
  #skip(bytes: Uint8Array): number {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      const done = byte === 0x0a ? i + 1 : byte === 0x1b || ++this.#skipped >= longestSequence ? i : undefined;
      if (done !== undefined) {
        this.#skipping = false;
        return done;
      }
    }
    return bytes.length;
  }

  #drew(upTo: number): void {
    this.#ahead.drew(Math.max(0, upTo - this.#drawn), upTo < this.offset);
    this.#drawn = Math.max(this.#drawn, upTo);
    // `serve` goes on at a quarter of the room that it was told, and not of one that it is not told yet.
    if (this.#drawn - this.#acknowledged < this.#room / 4 || !this.#send) return;
    this.#acknowledged = this.#drawn;
    this.#room = this.#ahead.room;
    this.#send({ type: "ack", offset: this.#drawn, room: this.#room });
  }
}
