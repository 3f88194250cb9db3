import type { SessionTicket } from "../protocol/api.js";
import type { SessionMethods, SessionNotifications } from "../protocol/methods.js";
import type { Participant, Welcome } from "../protocol/session.js";
import { CloseCodes } from "../protocol/errorCodes.js";
import { ApiError, type Api } from "./api.js";
import { Backoff } from "./backoff.js";
import { Emitter } from "./emitter.js";
import { ConnectionLost, JsonRpc } from "./jsonRpc.js";

/**
 * connecting → live ⇄ reconnecting; offline is reconnecting while the browser says that there is no network;
 * ended: there is no session (it was stopped, or has not been started); denied: this person may not enter.
 */
export type Connection = "connecting" | "live" | "reconnecting" | "offline" | "ended" | "denied";

export interface SessionEvents extends SessionNotifications {
  connection: Connection;
  /** Milliseconds of the last round trip; undefined when there is none. */
  latency: number | undefined;
  /** After every welcome; `fresh` when `serve` is not the one of before, so that its terminals are others. */
  live: { welcome: Welcome; fresh: boolean };
}

const handshakeLimit = 10_000;
const pingEvery = 5_000;
const pingLimit = 10_000;
const proofLimit = 3_000;

/** One browser's connection to `serve`, for as long as the page lives. */
export class Session extends Emitter<SessionEvents> {
  readonly #api: Api;
  readonly #backoff = new Backoff();
  readonly #stop = new AbortController();
  #connection: Connection = "connecting";
  #ticket: Promise<SessionTicket> | undefined;
  #url: URL | undefined;
  #token: string | undefined;
  /** A token that was just turned away is not tried again before a ticket was, and the other way round: either service may be away. */
  #avoidToken = false;
  #socket: WebSocket | undefined;
  #rpc: JsonRpc | undefined;
  #instance: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #pingTimer: ReturnType<typeof setTimeout> | undefined;

  /** Why this person may not enter, when `denied`. */
  reason = "";
  welcome: Welcome | undefined;
  /** Who is connected; during `session.participants` still who was. */
  people: readonly Participant[] = [];

  /** `ticket`: one that was asked for already, for the first try. */
  constructor(api: Api, ticket?: Promise<SessionTicket>) {
    super();
    this.#api = api;
    this.#ticket = ticket;
    const signal = this.#stop.signal;
    window.addEventListener("online", () => this.#hurry(), { signal });
    window.addEventListener("offline", () => {
      if (this.#connection === "reconnecting") this.#become("offline");
    }, { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#hurry();
    }, { signal });
  }

  get connection(): Connection {
    return this.#connection;
  }

  get live(): boolean {
    return this.#connection === "live";
  }

  /** Resolves once connected, however long that takes; rejects when this person may not enter, and with the signal. */
  becomesLive(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.live) resolve();
        else if (this.#connection === "denied") reject(new Error(this.reason));
        else if (signal.aborted) reject(signal.reason as Error);
        else return;
        off();
        signal.removeEventListener("abort", look);
      };
      const off = this.on("connection", look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  /** Milliseconds to `serve` and back by this connection, when nothing else was on the way; undefined until that is known. */
  nearest: number | undefined;

  /** When the next attempt is due, Unix milliseconds. */
  nextAttempt: number | undefined;

  request<M extends keyof SessionMethods>(method: M, params: SessionMethods[M][0]): Promise<SessionMethods[M][1]> {
    if (!this.#rpc || !this.live) return Promise.reject(new ConnectionLost());
    return this.#rpc.request(method, params) as Promise<SessionMethods[M][1]>;
  }

  /** Connects now, whatever was planned. */
  connect(): void {
    if (this.#stop.signal.aborted) return;
    this.#drop();
    this.#become(this.welcome ? (navigator.onLine ? "reconnecting" : "offline") : "connecting");
    void this.#enter(++this.#attempt);
  }

  /** Somebody says that the session is over: unless it shows a sign of life within a moment, the connection counts as lost. */
  prove(): void {
    this.#ping(proofLimit);
  }

  /** The session is known to be over: nothing is tried until `connect`. */
  end(): void {
    if (this.#connection === "ended" || this.#connection === "denied") return;
    this.#drop();
    this.#token = undefined;
    this.#become("ended");
  }

  dispose(): void {
    this.#stop.abort();
    this.#drop();
  }

  /** Address of another resource of the session's host, e.g. `files/src/main.ts`. */
  address(path: string): URL {
    if (!this.#url) throw new ConnectionLost();
    const url = new URL(path, this.#url);
    url.protocol = this.#url.protocol === "wss:" ? "https:" : "http:";
    return url;
  }

  /** Opens a further WebSocket of the session. */
  openSocket(path: string): WebSocket {
    if (!this.#url || !this.#token) throw new ConnectionLost();
    return new WebSocket(new URL(path, this.#url), ["devex.v1", `token.${this.#token}`]);
  }

  /** A request to the session's host by the connection token. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${this.#token ?? ""}`);
    return fetch(this.address(path), { ...init, headers });
  }

  get token(): string {
    return this.#token ?? "";
  }

  async #enter(attempt: number): Promise<void> {
    this.nextAttempt = undefined;
    let credential: string;
    const byToken = this.#token !== undefined && this.#url !== undefined && !this.#avoidToken;
    if (byToken) {
      credential = `token.${this.#token}`;
      this.#avoidToken = true;
    } else {
      this.#avoidToken = false;
      try {
        const asked = this.#ticket ?? this.#api.ticket();
        // It opens one connection.
        this.#ticket = undefined;
        const ticket = await asked;
        if (attempt !== this.#attempt) return;
        this.#url = new URL(ticket.url);
        credential = `ticket.${ticket.ticket}`;
      } catch (error) {
        if (attempt === this.#attempt) this.#refused(error);
        return;
      }
    }
    this.#open(attempt, credential);
  }

  #refused(error: unknown): void {
    if (error instanceof ApiError && error.status === 409) {
      this.#token = undefined;
      this.#become("ended");
    } else if (error instanceof ApiError && [401, 403, 404].includes(error.status)) {
      this.reason = error.message;
      this.#become("denied");
    } else {
      this.#retry();
    }
  }

  #open(attempt: number, credential: string): void {
    const url = this.#url;
    if (!url) return;
    const socket = new WebSocket(url, ["devex.v1", credential]);
    const rpc = new JsonRpc((frame) => socket.send(frame), (method, params) => {
      if (attempt !== this.#attempt) return;
      if (method === "session.welcome") this.#welcomed(params as Welcome, rpc);
      else this.#notified(method, params);
    });
    this.#socket = socket;
    const limit = setTimeout(() => this.#lost(attempt, 0), handshakeLimit);
    socket.onmessage = (message) => {
      clearTimeout(limit);
      if (typeof message.data === "string") rpc.receive(message.data);
    };
    socket.onclose = (event) => {
      clearTimeout(limit);
      this.#lost(attempt, event.code);
    };
  }

  #notified(method: string, params: unknown): void {
    if (method === "session.looked") {
      const { connection, path } = params as SessionNotifications["session.looked"];
      this.people = this.people.map((person) => (person.connection === connection ? { ...person, path: path ?? null } : person));
    }
    this.emit(method as keyof SessionNotifications, params as never);
    if (method === "session.participants") this.people = (params as SessionNotifications["session.participants"]).people;
  }

  #welcomed(welcome: Welcome, rpc: JsonRpc): void {
    const fresh = this.#instance !== undefined && this.#instance !== welcome.instance;
    this.#instance = welcome.instance;
    this.#token = welcome.token;
    this.#avoidToken = false;
    this.#rpc = rpc;
    this.welcome = welcome;
    this.#backoff.reset();
    this.#become("live");
    this.emit("live", { welcome, fresh });
    this.#notified("session.participants", { people: welcome.participants });
    this.emit("session.frozen", { reason: welcome.frozen ?? null });
    this.#ping();
  }

  #lost(attempt: number, code: number): void {
    if (attempt !== this.#attempt) return;
    const wasLive = this.live;
    this.#drop();
    switch (code) {
      case CloseCodes.sessionEnded:
        this.#token = undefined;
        this.#become("ended");
        return;
      case CloseCodes.notAdmitted:
      case CloseCodes.roleRevoked:
        this.#token = undefined;
        break;
    }
    if (wasLive) {
      this.#backoff.reset();
      this.#become(navigator.onLine ? "reconnecting" : "offline");
      // The first try is at once: most losses are a proxy or a process that was replaced.
      this.#schedule(100 + Math.random() * 200);
    } else {
      this.#retry();
    }
  }

  #retry(): void {
    this.#become(navigator.onLine ? (this.welcome ? "reconnecting" : "connecting") : "offline");
    this.#schedule(this.#backoff.next());
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.nextAttempt = Date.now() + delay;
    this.#timer = setTimeout(() => void this.#enter(++this.#attempt), delay);
    this.emit("connection", this.#connection);
  }

  #hurry(): void {
    if (this.#connection === "live") this.#ping();
    else if (this.nextAttempt !== undefined) this.connect();
  }

  #drop(): void {
    this.#attempt++;
    clearTimeout(this.#timer);
    clearTimeout(this.#pingTimer);
    this.nextAttempt = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    const rpc = this.#rpc;
    this.#rpc = undefined;
    rpc?.close();
    if (socket) {
      // A dead network lets a closing socket hang for minutes; nobody listens to it any more.
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.nearest = undefined;
    this.emit("latency", undefined);
  }

  #become(connection: Connection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.emit("connection", connection);
  }

  /** `proof`: milliseconds to answer within, also where nobody looks at the page. */
  #ping(proof?: number): void {
    clearTimeout(this.#pingTimer);
    const rpc = this.#rpc;
    const attempt = this.#attempt;
    if (!rpc || !this.live) return;
    if (proof === undefined && document.visibilityState !== "visible") {
      this.#pingTimer = setTimeout(() => this.#ping(), pingEvery);
      return;
    }
    const began = performance.now();
    const limit = setTimeout(() => this.#lost(attempt, 0), proof ?? pingLimit);
    rpc.request("session.ping", {}).then(
      () => {
        clearTimeout(limit);
        const latency = performance.now() - began;
        this.nearest = Math.min(latency, this.nearest ?? latency);
        this.emit("latency", latency);
        this.#pingTimer = setTimeout(() => this.#ping(), pingEvery);
      },
      () => clearTimeout(limit));
  }
}
