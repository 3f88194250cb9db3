import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { TextTab } from "../src/editor/textTab.js";
import { LanguageHub, type HubOptions } from "../src/languages/languageHub.js";
import { Api } from "../src/session/api.js";

let answers: Response[];
let asked: string[];
let requests: string[];
let toasts: string[];
let tell: (params: object) => void;
let api: Api;
let hub: LanguageHub;
let detach: () => void;

const settle = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};
const ok = (body: object) => new Response(JSON.stringify(body));
const refused = (status: number, body: object) => new Response(JSON.stringify(body), { status });
/** What the page asked for, without the token behind its changes. */
const fetched = () => asked.filter((path) => path.endsWith("/languages/typescript")).length;

beforeEach(() => {
  [asked, requests, toasts] = [[], [], []];
  answers = [ok({ token: "t" })];
  const fetch = (path: string) => {
    asked.push(path);
    const next = answers.shift();
    assert.ok(next, `nothing was to ask for ${path}`);
    return Promise.resolve(next);
  };
  Object.defineProperty(globalThis, "fetch", { value: fetch, configurable: true, writable: true });
  api = new Api("/api", "abcdefghjkmn");
  const socket: { onmessage?: (message: { data: string }) => void; close: () => void } = { close: () => undefined };
  tell = (params) => socket.onmessage?.({ data: JSON.stringify({ jsonrpc: "2.0", method: "devex/state", params }) });
  const session = {
    live: true, on: () => () => undefined, openSocket: () => socket,
    request: (method: string) => {
      requests.push(method);
      return Promise.resolve();
    },
  };
  const tab = { path: "index.ts", views: [], onUpdate: () => () => undefined, onView: () => () => undefined };
  hub = new LanguageHub("file:///workspace", {
    session, api, toasts: { show: (text: string) => toasts.push(text) }, editor: {}, mayEdit: () => true, changed: () => undefined,
  } as unknown as HubOptions);
  detach = hub.attach(tab as unknown as TextTab, { id: "typescript", name: "TypeScript", package: "typescript" } as Parameters<LanguageHub["attach"]>[1], () => undefined);
});

afterEach(() => {
  detach();
});

test("Who is signed out gets language help as soon as they are known again, and no toast of what the banner says", async () => {
  answers.push(refused(401, { code: "auth.required", detail: "Send an API token." }));
  tell({ state: "missing" });
  await settle();
  assert.deepEqual([fetched(), toasts, api.signedIn], [1, [], false]);
  assert.equal(hub.words("typescript")?.title, "TypeScript's language server: You are signed out. Sign in and try again; what you typed is kept.");

  answers.push(ok({}), ok({ state: "ready" }));
  await api.look();
  await settle();
  assert.deepEqual([fetched(), requests], [2, ["languages.restart"]]);
  assert.equal(hub.words("typescript")?.bad, false);

  // Once: what has come is not fetched with every sign-in.
  api.found(false);
  api.found(true);
  await settle();
  assert.equal(fetched(), 2);
});

test("What could not be fetched for another reason is told, and waits for who asks", async () => {
  answers.push(ok({ state: "failed", message: "The registry does not answer." }));
  tell({ state: "missing" });
  await settle();
  assert.deepEqual([fetched(), toasts], [1, ["TypeScript's language server: The registry does not answer."]]);
  api.found(false);
  api.found(true);
  await settle();
  assert.equal(fetched(), 1);
  answers.push(ok({ state: "ready" }));
  hub.restart("typescript");
  await settle();
  assert.deepEqual([fetched(), requests], [2, ["languages.restart"]]);
});
