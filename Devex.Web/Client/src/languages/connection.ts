import type { LanguageServerState } from "../protocol/languages.js";
import { ConnectionLost, RpcError } from "../session/jsonRpc.js";
import type { Session } from "../session/session.js";
import type { Capabilities, Versions } from "./lsp.js";

export interface Answer<T> {
  result: T;
  versions: Versions;
}

interface Frame {
  id?: unknown;
  method?: unknown;
  params?: unknown;
  result?: unknown;
  error?: { code?: unknown; message?: unknown } | null;
  versions?: Versions | null;
}

export interface ConnectionEvents {
  /** The server's state or capabilities changed. */
  state: () => void;
  /** A notification of the server. */
  notified: (method: string, params: unknown, versions: Versions) => void;
}

const contentModified = -32801;
const tries = 4;

/** One page's socket to one language server. While the session is live it is open, or being opened. */
export class LanguageConnection {
  readonly #session: Session;
  readonly #events: ConnectionEvents;
  readonly #pending = new Map<number, { resolve: (answer: Answer<unknown>) => void; reject: (error: Error) => void }>();
  readonly #off: () => void;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = 1;
  #failures = 0;
  state: LanguageServerState = "stopped";
  message: string | undefined;
  capabilities: Capabilities | undefined;

  constructor(readonly id: string, session: Session, events: ConnectionEvents) {
    this.#session = session;
    this.#events = events;
    this.#off = session.on("live", () => this.#open());
    this.#open();
  }

  get running(): boolean {
    return this.state === "running" && this.capabilities !== undefined;
  }

  /** Asks; undefined when there is no answer to be had now: the server does not run, the text has moved on, or it does not know. */
  async request<T>(method: string, params: () => unknown): Promise<Answer<T> | undefined> {
    for (let attempt = 0; attempt < tries && this.running; attempt++) {
      try {
        return (await this.#ask(method, params())) as Answer<T>;
      } catch (error) {
        if (!(error instanceof RpcError) || error.code !== contentModified) return undefined;
      }
    }
    return undefined;
  }

  /** As `request`, but what the server says no with is thrown: for what a person asked for by name. */
  async demand<T>(method: string, params: () => unknown): Promise<Answer<T>> {
    for (let attempt = 0; ; attempt++) {
      if (!this.running) throw new Error(this.message ?? "The language server does not run.");
      try {
        return (await this.#ask(method, params())) as Answer<T>;
      } catch (error) {
        if (!(error instanceof RpcError) || error.code !== contentModified || attempt >= tries) throw error;
      }
    }
  }

  dispose(): void {
    this.#off();
    clearTimeout(this.#timer);
    this.#drop();
  }

  #ask(method: string, params: unknown): Promise<Answer<unknown>> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.reject(new ConnectionLost());
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  #open(): void {
    clearTimeout(this.#timer);
    this.#drop();
    if (!this.#session.live) return;
    const socket = this.#session.openSocket(`lsp/${this.id}`);
    this.#socket = socket;
    socket.onmessage = (message) => {
      this.#failures = 0;
      if (typeof message.data === "string") this.#receive(message.data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#drop();
      if (this.#session.live) this.#timer = setTimeout(() => this.#open(), Math.min(500 * 2 ** this.#failures++, 30_000));
    };
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    for (const pending of this.#pending.values()) pending.reject(new ConnectionLost());
    this.#pending.clear();
    this.#become("stopped", undefined, undefined);
  }

  #become(state: LanguageServerState, message: string | undefined, capabilities: Capabilities | undefined): void {
    if (this.state === state && this.message === message && this.capabilities === capabilities) return;
    this.state = state;
    this.message = message;
    this.capabilities = capabilities;
    this.#events.state();
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as Frame;
    const versions = frame.versions ?? {};
    if (frame.method === "devex/state") {
      const { state, message, capabilities } = frame.params as { state: LanguageServerState; message?: string; capabilities?: Capabilities };
      this.#become(state, message, capabilities);
    } else if (typeof frame.method === "string") {
      this.#events.notified(frame.method, frame.params, versions);
    } else if (typeof frame.id === "number") {
      const pending = this.#pending.get(frame.id);
      this.#pending.delete(frame.id);
      if (frame.error) {
        const { code, message } = frame.error;
        pending?.reject(new RpcError(typeof code === "number" ? code : -32603, typeof message === "string" ? message.slice(0, 1000) : "The language server answered with an error."));
      } else {
        pending?.resolve({ result: frame.result, versions });
      }
    }
  }
}
