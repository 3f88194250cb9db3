import type { DevexEvent, Repl, SavedState } from "../protocol/api.js";
import type { Api } from "./api.js";
import { Backoff } from "./backoff.js";
import { Emitter } from "./emitter.js";

interface Heard {
  repl: Repl;
  saved: SavedState;
  removed: undefined;
}

/** The one REPL's part of `/api/events`, connected again and again until disposed. */
export class ReplEvents extends Emitter<Heard> {
  readonly #api: Api;
  readonly #url: string;
  readonly #backoff = new Backoff();
  readonly #stop = new AbortController();
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api) {
    super();
    this.#api = api;
    const url = new URL(`${api.base}/events`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.#url = url.href;
    api.on("signedIn", (signedIn) => {
      if (signedIn) this.connect();
    });
    // Whoever comes back to the page may have signed in elsewhere, and does not wait for the next try.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      if (this.#timer !== undefined) this.connect();
      else if (!api.signedIn) void api.look();
    }, { signal: this.#stop.signal });
  }

  connect(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#stop.signal.aborted || this.#socket) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    let heard = false;
    socket.onmessage = (message) => {
      heard = true;
      this.#api.found(true);
      this.#backoff.reset();
      if (typeof message.data === "string") this.#received(message.data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      if (this.#stop.signal.aborted) return;
      this.#timer = setTimeout(() => this.connect(), this.#backoff.next());
      // Why a WebSocket is refused, browsers do not tell. Once it is known, the next that opens says that it is over.
      if (!heard && this.#api.signedIn) void this.#api.look();
    };
  }

  dispose(): void {
    this.#stop.abort();
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
        const repl = event.repls.find((r) => r.id === this.#api.replId);
        if (repl) this.emit("repl", repl);
        else this.emit("removed", undefined);
        break;
      }
      case "repl":
        if (event.repl.id === this.#api.replId) this.emit("repl", event.repl);
        break;
      case "removed":
        if (event.id === this.#api.replId) this.emit("removed", undefined);
        break;
      case "saved":
        if (event.id === this.#api.replId) this.emit("saved", event.saved);
        break;
    }
  }
}
