import { CloseCodes } from "../protocol/errorCodes.js";
import type { TerminalControl } from "../protocol/terminals.js";
import { Backoff } from "../session/backoff.js";
import type { Session } from "../session/session.js";
import type { TerminalStream } from "./stream.js";
import { TerminalInput } from "./terminalInput.js";

interface TerminalSocketOptions {
  session: Session;
  terminal: string;
  stream: TerminalStream;
  opened: () => void;
  /** `serve` says where output goes on: from here on it is as good as its connection. */
  started: () => void;
  /** Who typed last. */
  typed: (control: TerminalControl) => void;
  closed: () => void;
  hasEnded: () => boolean;
  /** Some of what was typed was lost with an earlier connection. */
  torn: () => void;
  /** It could not be connected to again and again: is it still there? */
  lost: () => void;
}

/** The connection of one terminal. One that breaks is made anew, and goes on where the stream is. */
export class TerminalSocket {
  readonly #options: TerminalSocketOptions;
  readonly #backoff = new Backoff();
  readonly #input = new TerminalInput();
  /** Connections made so far: one that is given up may come to `serve` behind the next one. */
  #turn = 0;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TerminalSocketOptions) {
    this.#options = options;
  }

  connect(): void {
    const { session, terminal, stream, opened, closed, hasEnded, lost } = this.#options;
    clearTimeout(this.#timer);
    if (!session.live) return;
    this.#drop();
    let socket: WebSocket;
    try {
      socket = session.openSocket(`/terminals/${encodeURIComponent(terminal)}?offset=${stream.offset}&page=${this.#input.page}&sent=${this.#input.sent}&turn=${this.#turn++}`);
    } catch {
      return;
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    let admitted = false;
    socket.onopen = () => {
      admitted = true;
      stream.attach((control) => this.control(control));
      opened();
    };
    socket.onmessage = (message: MessageEvent<unknown>) => {
      if (message.data instanceof ArrayBuffer) stream.output(new Uint8Array(message.data));
      else if (typeof message.data === "string") this.#received(message.data, socket);
    };
    socket.onclose = (event) => {
      if (this.#socket !== socket) return;
      this.#drop();
      closed();
      // With a new token the session becomes live anew, which connects.
      if (event.code === 1000 || event.code === CloseCodes.notAdmitted || event.code === CloseCodes.sessionEnded || hasEnded()) return;
      if (!admitted) lost();
      this.#timer = setTimeout(() => this.connect(), this.#backoff.attempt === 0 ? (this.#backoff.next(), 200) : this.#backoff.next());
    };
  }

  disconnect(): void {
    this.goOnNoMore();
    this.#drop();
  }

  /** What is connected stays so; nothing is connected anew. */
  goOnNoMore(): void {
    clearTimeout(this.#timer);
  }

  /** Whether what is typed goes by a connection now. */
  get types(): boolean {
    return this.#input.attached;
  }

  /** What is typed; without a connection the next one takes it. False when too much waits for that. */
  type(data: Uint8Array<ArrayBuffer>): boolean {
    return this.#options.hasEnded() || this.#input.push(data);
  }

  /** Whether there was a connection to send by. */
  control(control: TerminalControl): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(control));
    return true;
  }

  #received(text: string, socket: WebSocket): void {
    const { stream, started, typed } = this.#options;
    try {
      const control = JSON.parse(text) as TerminalControl;
      if (control.type === "start") {
        this.#backoff.reset();
        started();
        if (!this.#input.attach(control.input, (data) => socket.send(data))) this.#options.torn();
      }
      if (control.type === "typed") typed(control);
      else stream.control(control);
    } catch {
      // Not for this version.
    }
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#options.stream.detach();
    this.#input.detach();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
