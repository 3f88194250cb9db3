import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Api, ApiError } from "../src/session/api.js";
import { ReplEvents } from "../src/session/events.js";

class Socket {
  static all: Socket[] = [];
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor() {
    Socket.all.push(this);
  }

  close(): void {
    // What the page closes, it hears no more of.
  }

  tell(): void {
    this.onmessage?.({ data: JSON.stringify({ type: "removed", id: "another" }) });
  }
}

const page = { comeBack: () => undefined as void };
let answer: () => Promise<Response>;
let asked: string[];
let api: Api;
let events: ReplEvents;
let told: boolean[];

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
const socket = (): Socket => {
  const last = Socket.all.at(-1);
  assert.ok(last);
  return last;
};
const refuse = async () => {
  socket().onclose?.();
  await settle();
};
const pass = async (milliseconds: number) => {
  mock.timers.tick(milliseconds);
  await settle();
};
const unknown = () => Promise.resolve(new Response(JSON.stringify({ code: "auth.required", detail: "Send an API token." }), { status: 401 }));
const known = () => Promise.resolve(new Response("{}"));

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  [Socket.all, asked, told] = [[], [], []];
  answer = unknown;
  const document = {
    visibilityState: "visible",
    addEventListener: (_: string, listener: () => void) => {
      page.comeBack = listener;
    },
  };
  const fetch = (path: string) => {
    asked.push(path);
    return answer();
  };
  for (const [name, value] of Object.entries({ document, fetch, WebSocket: Socket, location: { href: "https://devex.example/r/abcdefghjkmn" } })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  api = new Api("/api", "abcdefghjkmn");
  api.on("signedIn", (signedIn) => told.push(signedIn));
  events = new ReplEvents(api);
  events.connect();
});

afterEach(() => {
  events.dispose();
  mock.timers.reset();
});

test("Why the events were refused is asked once, and known until they open again", async () => {
  await refuse();
  assert.deepEqual([asked, told], [["/api/me"], [false]]);
  await pass(1000);
  await refuse();
  await pass(2000);
  await refuse();
  assert.equal(asked.length, 1);
  await pass(4000);
  assert.equal(Socket.all.length, 4);
  socket().tell();
  assert.deepEqual(told, [false, true]);
});

test("Core that is away, or refuses for another reason, signs nobody out", async () => {
  for (const [i, say] of [() => Promise.reject(new Error("no line")), () => Promise.resolve(new Response("", { status: 503 })), () => Promise.resolve(new Response("{}", { status: 403 })), known].entries()) {
    answer = say;
    await refuse();
    assert.equal(asked.length, i + 1, "each time");
    await pass(15_000);
  }
  assert.deepEqual(told, []);
});

test("A connection that was lost after it told something is no refusal", async () => {
  socket().tell();
  await refuse();
  assert.deepEqual(asked, []);
});

test("Whoever comes back to the page does not wait for the next try", async () => {
  await refuse();
  page.comeBack();
  assert.equal(Socket.all.length, 2);
  await pass(15_000);
  assert.equal(Socket.all.length, 2, "one at a time");
});

test("Whoever comes back, signed in elsewhere while the events were heard on, is known again", async () => {
  socket().tell();
  await assert.rejects(api.get("/repls/abcdefghjkmn"), (error: unknown) => error instanceof ApiError && error.status === 401 && error.message.startsWith("You are signed out."));
  answer = known;
  page.comeBack();
  await settle();
  assert.deepEqual([told, Socket.all.length], [[false, true], 1]);
  page.comeBack();
  await settle();
  assert.equal(asked.length, 2, "who is known is not asked for again");
});

test("Whoever is known again, by whatever they asked for, hears of the REPL at once", async () => {
  await refuse();
  answer = known;
  await api.get("/repls/abcdefghjkmn");
  assert.equal(Socket.all.length, 2);
});
