import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { SessionTicket } from "../src/protocol/api.js";
import { ApiError, type Api } from "../src/session/api.js";
import { type Connection, Session } from "../src/session/session.js";

/** A WebSocket whose other end is the test. */
class Socket {
  static all: Socket[] = [];
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: { id: number; method: string }[] = [];
  closed = false;

  constructor(readonly url: URL, readonly protocols: string[]) {
    Socket.all.push(this);
  }

  static get last(): Socket {
    const socket = Socket.all.at(-1);
    assert.ok(socket);
    return socket;
  }

  /** How the page makes itself known. */
  get credential(): string {
    return this.protocols[1] ?? "";
  }

  send(frame: string): void {
    this.sent.push(JSON.parse(frame) as Socket["sent"][0]);
  }

  close(): void {
    this.closed = true;
  }

  welcome(token = "t1", instance = "one"): void {
    this.onmessage?.({ data: JSON.stringify({
      jsonrpc: "2.0", method: "session.welcome",
      params: { token, instance, participants: [], frozen: null, self: { connection: "c", user: "u", name: "Ada", role: "owner" } },
    }) });
  }

  lose(code = 1006): void {
    this.onclose?.({ code });
  }
}

const page = { listeners: new Map<string, () => void>(), visible: true, online: true };
let session: Session;
let states: Connection[];
let tickets: (() => Promise<{ url: string; ticket: string }>)[];

const settle = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};
const pass = async (milliseconds: number) => {
  mock.timers.tick(milliseconds);
  await settle();
};

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  Socket.all = [];
  page.listeners.clear();
  page.online = page.visible = true;
  const target = {
    addEventListener: (name: string, listener: () => void) => page.listeners.set(name, listener),
    get visibilityState() {
      return page.visible ? "visible" : "hidden";
    },
  };
  for (const [name, value] of Object.entries({ window: target, document: target, WebSocket: Socket, navigator: { get onLine() { return page.online; } } })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  tickets = [];
  let given = 0;
  const ticket = () => tickets.shift()?.() ?? Promise.resolve({ url: "ws://repl.example/session", ticket: `ticket${++given}` });
  session = new Session({ ticket } as unknown as Api);
  states = [];
  session.on("connection", (state) => {
    if (states.at(-1) !== state) states.push(state);
  });
});

afterEach(() => {
  session.dispose();
  mock.timers.reset();
});

async function live(): Promise<void> {
  session.connect();
  await settle();
  Socket.last.welcome();
}

test("A page enters by a ticket and is live with the welcome", async () => {
  session.connect();
  await settle();
  assert.equal(Socket.last.credential, "ticket.ticket1");
  assert.equal(session.connection, "connecting");
  Socket.last.welcome();
  assert.equal(session.connection, "live");
  assert.equal(session.token, "t1");
});

test("A ticket that was asked for before the session opens its first connection, and no other", async () => {
  session.dispose();
  const asked = Promise.resolve({ url: "ws://repl.example/session", ticket: "early" } as SessionTicket);
  session = new Session({ ticket: () => Promise.resolve({ url: "ws://repl.example/session", ticket: "later" }) } as unknown as Api, asked);
  session.connect();
  await settle();
  assert.equal(Socket.last.credential, "ticket.early");
  Socket.last.lose();
  await pass(16_000);
  assert.equal(Socket.last.credential, "ticket.later");
});

test("A ticket that was refused before the session was there ends its first try as one that is refused later does", async () => {
  session.dispose();
  session = new Session({ ticket: () => Promise.reject(new Error("not asked")) } as unknown as Api, Promise.reject(new ApiError(409, "It does not run.")));
  session.connect();
  await settle();
  assert.equal(session.connection, "ended");
});

test("A lost connection comes back at once by the token, without asking Core", async () => {
  await live();
  Socket.last.lose();
  assert.equal(session.connection, "reconnecting");
  await pass(300);
  assert.equal(Socket.last.credential, "token.t1");
  let fresh: boolean | undefined;
  session.on("live", (event) => (fresh = event.fresh));
  Socket.last.welcome("t2");
  assert.equal(session.connection, "live");
  assert.equal(fresh, false);
  assert.deepEqual(states, ["live", "reconnecting", "live"]);
});

test("Token and ticket take turns, with growing pauses, since either service may be away", async () => {
  await live();
  Socket.last.lose();
  const credentials: string[] = [];
  for (let i = 0; i < 4; i++) {
    await pass(16_000);
    credentials.push(Socket.last.credential);
    Socket.last.lose();
  }
  assert.deepEqual(credentials, ["token.t1", "ticket.ticket2", "token.t1", "ticket.ticket3"]);
  const before = Socket.all.length;
  await pass(1000);
  assert.equal(Socket.all.length, before, "the fifth attempt waits for longer than a second");
});

test("A token that is not admitted any more is not tried again", async () => {
  await live();
  Socket.last.lose();
  await pass(300);
  Socket.last.lose(4401);
  await pass(16_000);
  assert.equal(Socket.last.credential, "ticket.ticket2");
  Socket.last.lose();
  await pass(16_000);
  assert.equal(Socket.last.credential, "ticket.ticket3");
});

test("A serve that is another one is told apart", async () => {
  await live();
  Socket.last.lose();
  await pass(300);
  let fresh: boolean | undefined;
  session.on("live", (event) => (fresh = event.fresh));
  Socket.last.welcome("t2", "two");
  assert.equal(fresh, true);
});

test("A session that ended is over until somebody connects", async () => {
  await live();
  Socket.last.lose(4410);
  assert.equal(session.connection, "ended");
  const before = Socket.all.length;
  await pass(120_000);
  assert.equal(Socket.all.length, before);
  session.connect();
  await settle();
  assert.equal(Socket.last.credential, "ticket.ticket2");
});

test("Core says that nothing runs, or that this person may not enter", async () => {
  tickets.push(() => Promise.reject(new ApiError(409, "Not running.", "repl.notRunning")));
  session.connect();
  await settle();
  assert.equal(session.connection, "ended");
  tickets.push(() => Promise.reject(new ApiError(404, "Not shared with you.", "repl.absent")));
  session.connect();
  await settle();
  assert.equal(session.connection, "denied");
  assert.equal(session.reason, "Not shared with you.");
});

test("Without a network the page says offline, and tries when it is back", async () => {
  await live();
  page.online = false;
  Socket.last.lose();
  assert.equal(session.connection, "offline");
  page.online = true;
  page.listeners.get("online")?.();
  await settle();
  Socket.last.welcome();
  assert.equal(session.connection, "live");
});

test("A handshake that hangs is given up after ten seconds", async () => {
  session.connect();
  await settle();
  const hung = Socket.last;
  await pass(10_000);
  assert.equal(hung.closed, true);
  await pass(2000);
  assert.notEqual(Socket.last, hung);
});

test("A connection that no longer answers pings is lost", async () => {
  await live();
  const silent = Socket.last;
  assert.equal(silent.sent.at(-1)?.method, "session.ping");
  await pass(10_000);
  assert.equal(silent.closed, true);
  assert.equal(session.connection, "reconnecting");
});

test("What an old socket says after the next was opened changes nothing", async () => {
  await live();
  const old = Socket.last;
  const say = old.onmessage;
  session.connect();
  await settle();
  say?.({ data: JSON.stringify({ jsonrpc: "2.0", method: "session.welcome", params: { token: "stolen", instance: "x", participants: [], self: {} } }) });
  assert.notEqual(session.token, "stolen");
  assert.notEqual(session.connection, "live");
});

test("A session that is said to be over shows a sign of life within three seconds, or counts as lost", async () => {
  await live();
  session.prove();
  const socket = Socket.last;
  const asked = socket.sent.at(-1);
  assert.equal(asked?.method, "session.ping");
  socket.onmessage?.({ data: JSON.stringify({ jsonrpc: "2.0", id: asked.id, result: {} }) });
  await settle();
  await pass(3000);
  assert.equal(session.connection, "live");
  session.prove();
  await pass(2999);
  assert.equal(session.connection, "live");
  await pass(1);
  assert.equal(session.connection, "reconnecting");
  assert.equal(socket.closed, true);
});

test("A page that is disposed of stays silent", async () => {
  await live();
  session.dispose();
  const before = Socket.all.length;
  session.connect();
  await pass(60_000);
  assert.equal(Socket.all.length, before);
});
