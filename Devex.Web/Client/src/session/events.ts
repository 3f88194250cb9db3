import type { DevexEvent, Repl, SavedState } from "../protocol/api.js";
import { Backoff } from "./backoff.js";
import { Emitter } from "./emitter.js";

interface Heard {
  repl: Repl;
  saved: SavedState;
  removed: undefined;
}

/** The one REPL's part of `/api/events`, connected again and again until disposed. */
export class ReplEvents extends Emitter<Heard> {
  readonly #url: string;
  readonly #replId: string;
  readonly #backoff = new Backoff();
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(apiBase: string, replId: string) {
    super();
    this.#replId = replId;
    const url = new URL(`${apiBase}/events`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.#url = url.href;
  }

  connect(): void {
    clearTimeout(this.#timer);
    if (this.#disposed || this.#socket) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = (message) => {
      this.#backoff.reset();
      if (typeof message.data === "string") this.#received(message.data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      if (!this.#disposed) this.#timer = setTimeout(() => this.connect(), this.#backoff.next());
    };
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #received(text: string): void {
    let event: DevexEvent;
    try {
      event = JSON.parse(text) as DevexEvent;
    } catch {
      return;
    }
    switch (event.type) {
      case "snapshot": {
        const repl = event.repls.find((r) => r.id === this.#replId);
        if (repl) this.emit("repl", repl);
        else this.emit("removed", undefined);
        break;
      }
      case "repl":
        if (event.repl.id === this.#replId) this.emit("repl", event.repl);
        break;
      case "removed":
        if (event.id === this.#replId) this.emit("removed", undefined);
        break;
      case "saved":
        if (event.id === this.#replId) this.emit("saved", event.saved);
        break;
    }
  }
}
