import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, parseDraft } from "../src/documents/draft.js";
import { DraftStore } from "../src/documents/draftStore.js";
import { Authority, Page, quiet, Random } from "./authority.js";

const stored = (draft: Draft | undefined) => (draft ? parseDraft(JSON.parse(JSON.stringify(draft))) : undefined);

test("What was typed while the connection was lost arrives from the page after a reload", async () => {
  const authority = new Authority("hello");
  const page = new Page(authority, "ada");
  page.disconnect();
  page.edit(5, 5, " world");
  page.edit(0, 1, "J");
  const draft = stored(page.client.draft);
  assert.ok(draft);
  const next = new Page(authority, "ada", draft);
  assert.equal(next.state.doc.toString(), "Jello world");
  await quiet([next], new Random(1));
  assert.equal(authority.text.toString(), "Jello world");
  assert.equal(next.client.draft, undefined);
});

test("Reloads at any moment lose nothing and double nothing", async () => {
  for (let seed = 0; seed < 400; seed++) {
    const random = new Random(seed);
    const authority = new Authority("");
    let page = new Page(authority, "ada");
    const other = new Page(authority, "bob");
    const tokens: string[] = [];
    for (let i = 0; i < 60; i++) {
      const dice = random.next();
      const typing = random.next() < 0.7 ? page : other;
      if (dice < 0.4) {
        const token = `<${tokens.length}>`;
        tokens.push(token);
        // Never into another token, so that each can be found again.
        const at = [...typing.state.doc.toString().matchAll(/<|$/g)].map((match) => match.index);
        const from = at[random.below(at.length)] ?? 0;
        typing.edit(from, from, token);
      } else if (dice < 0.85) await typing.step(random);
      else if (dice < 0.92) page.disconnect();
      else if (dice < 0.95) page.connect();
      else {
        const draft = stored(page.client.draft);
        page.disconnect();
        // The server may yet read what was on its way.
        if (random.next() < 0.5) page.deliverLate();
        page = new Page(authority, draft?.client ?? `ada${i}`, draft);
      }
    }
    page.connect();
    await quiet([page, other], random);
    const text = authority.text.toString();
    assert.equal(page.state.doc.toString(), text, `seed ${seed}`);
    for (const token of tokens) assert.equal(text.split(token).length, 2, `seed ${seed}: ${token} is there once`);
  }
});

test("A draft that was written before the last words still doubles nothing, and what is typed afterwards arrives", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed);
    const authority = new Authority("");
    const page = new Page(authority, "ada");
    page.edit(0, 0, "<one>");
    const early = stored(page.client.draft);
    page.edit(0, 0, "<two>");
    for (let i = random.below(6); i > 0; i--) await page.step(random);
    page.disconnect();
    if (random.next() < 0.5) page.deliverLate();
    if (random.next() < 0.3) authority.trim(0);
    const next = new Page(authority, "ada", early);
    assert.equal(next.client.joined, false, "nothing is typed before it is known which numbers are taken");
    await quiet([next], random);
    assert.equal(next.client.joined, true);
    next.edit(0, 0, "<three>");
    await quiet([next], random);
    const text = authority.text.toString();
    assert.equal(next.state.doc.toString(), text, `seed ${seed}`);
    for (const token of ["<one>", "<three>"]) assert.equal(text.split(token).length, 2, `seed ${seed}: ${token} in ${text}`);
    assert.ok(text.split("<two>").length <= 2);
  }
});

test("A draft reaches a serve that lost what it had accepted", async () => {
  const authority = new Authority("hello");
  const page = new Page(authority, "ada");
  page.edit(5, 5, "!");
  await quiet([page], new Random(1));
  page.disconnect();
  page.edit(6, 6, "?");
  const draft = stored(page.client.draft);
  authority.crash(0);
  const next = new Page(authority, "ada", draft);
  await quiet([next], new Random(1));
  assert.equal(next.state.doc.toString(), authority.text.toString());
  assert.match(authority.text.toString(), /^hello.*\?$/);
});

test("What is no draft is passed over", () => {
  const page = new Page(new Authority("hello"), "ada");
  page.disconnect();
  page.edit(5, 5, "!");
  const draft = page.client.draft;
  assert.ok(draft && stored(draft));
  const broken: unknown[] = [
    null, 7, "x", [], {}, { ...draft, base: 1 }, { ...draft, version: "1" }, { ...draft, confirmed: 0.5 }, { ...draft, pending: {} },
    { ...draft, pending: [] }, { ...draft, pending: [[99, [0, "x"]]] }, { ...draft, pending: ["x"] },
  ];
  for (const value of broken) assert.equal(parseDraft(value), undefined, JSON.stringify(value));
});

class MemoryStorage implements Storage {
  [key: string]: unknown;
  room = Infinity;
  get length(): number {
    return Object.keys(this).filter((key) => key !== "room").length;
  }
  clear(): void {
    for (const key of Object.keys(this)) if (key !== "room") Reflect.deleteProperty(this, key);
  }
  getItem(key: string): string | null {
    return typeof this[key] === "string" ? this[key] : null;
  }
  key(): string | null {
    return null;
  }
  removeItem(key: string): void {
    Reflect.deleteProperty(this, key);
  }
  setItem(key: string, value: string): void {
    if (value.length > this.room) throw new DOMException("Full.", "QuotaExceededError");
    this[key] = value;
  }
}

/** The Web Locks API as far as it is used: a page that is told to die gives up its lock. */
class Locks {
  readonly held = new Set<string>();
  request(name: string, options: unknown, callback?: () => unknown): Promise<unknown> {
    if (typeof options === "function") {
      this.held.add(name);
      return new Promise(() => undefined);
    }
    return this.held.has(name) ? Promise.reject(new DOMException("Late.", "TimeoutError")) : Promise.resolve(callback?.());
  }
}

function document(text = "x"): { pending: number; draft: Draft | undefined; kept: boolean } {
  return {
    pending: 1,
    draft: { client: "c", confirmed: 0, document: "d", path: "a.txt", version: 0, lineEnding: "lf", base: "", pending: [[[0, text]]] },
    kept: true,
  };
}

function store(storage: Storage, page: string, locks: Locks, user = "ada"): DraftStore {
  return new DraftStore("repl", user, page, storage, locks as unknown as LockManager);
}

test("The page after a reload takes over what was left, again after another reload, until it is sent", async () => {
  const [storage, locks] = [new MemoryStorage(), new Locks()];
  const first = store(storage, "one", locks);
  const typed = document();
  first.changed(typed);
  first.flush();
  locks.held.clear();
  assert.deepEqual(await store(storage, "two", locks).take(), [typed.draft]);
  locks.held.clear();
  const third = store(storage, "three", locks);
  const [draft] = await third.take();
  assert.deepEqual(draft, typed.draft);
  third.adopt(typed, draft as Draft);
  typed.pending = 0;
  typed.draft = undefined;
  third.changed(typed);
  assert.equal(storage.length, 0);
});

test("A duplicated tab leaves alone what the living one will send", async () => {
  const [storage, copy, locks] = [new MemoryStorage(), new MemoryStorage(), new Locks()];
  const original = store(storage, "one", locks);
  original.changed(document());
  original.flush();
  Object.assign(copy, storage);
  assert.deepEqual(await store(copy, "two", locks).take(), []);
  assert.equal(copy.length, 0);
  assert.equal(storage.length, 1);
});

test("Nobody else's edits are sent in another person's name", async () => {
  const [storage, locks] = [new MemoryStorage(), new Locks()];
  const first = store(storage, "one", locks);
  first.changed(document());
  first.flush();
  locks.held.clear();
  assert.deepEqual(await store(storage, "two", locks, "bob").take(), []);
  assert.equal(storage.length, 0);
});

test("A store that is full is not claimed to have kept anything", () => {
  const [storage, locks] = [new MemoryStorage(), new Locks()];
  const drafts = store(storage, "one", locks);
  const typed = document();
  storage.room = 10;
  drafts.changed(typed);
  drafts.flush();
  assert.equal(typed.kept, false);
  storage.room = Infinity;
  drafts.changed(typed);
  drafts.flush();
  assert.equal(typed.kept, true);
});

test("Not each key makes a copy of the text", () => {
  const drafts = store(new MemoryStorage(), "one", new Locks());
  const { draft } = document();
  let copies = 0;
  const typed = {
    pending: 0,
    kept: true,
    get draft() {
      copies++;
      return draft;
    },
  };
  for (; typed.pending < 50; typed.pending++) drafts.changed(typed);
  assert.equal(copies, 0);
  drafts.flush();
  assert.equal(copies, 1);
});
