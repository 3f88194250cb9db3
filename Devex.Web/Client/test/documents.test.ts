import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeSet } from "@codemirror/state";
import { changesBetween } from "../src/documents/diff.js";
import { textOf } from "../src/documents/lines.js";
import { Authority, Page, quiet, Random } from "./authority.js";

const text = (page: Page) => page.state.doc.toString();

function randomEdit(page: Page, random: Random): void {
  const length = page.state.doc.length;
  const from = random.below(length + 1);
  const to = random.next() < 0.4 ? Math.min(length, from + random.below(6)) : from;
  const insert = random.next() < 0.8 ? ["a", "bc", "\n", "x\ny", "😀", "é"][random.below(6)] ?? "" : "";
  if (from !== to || insert !== "") page.edit(from, to, insert);
}

test("Two pages that type at once end with the same text", async () => {
  const authority = new Authority("hello");
  const pages = [new Page(authority, "ada"), new Page(authority, "bob")];
  pages[0]?.edit(5, 5, " world");
  pages[1]?.edit(0, 1, "J");
  await quiet(pages, new Random(1));
  assert.equal(authority.text.toString(), "Jello world");
  for (const page of pages) {
    assert.equal(text(page), "Jello world");
    assert.equal(page.client.pending, 0);
  }
});

test("Pages converge whatever the network delays, drops and delivers late", async () => {
  for (let seed = 0; seed < 400; seed++) {
    const random = new Random(seed);
    const authority = new Authority("one\ntwo\nthree");
    const pages = ["ada", "bob", "cyd"].map((name) => new Page(authority, name));
    let typed = 0;
    for (let i = 0; i < 80; i++) {
      const page = pages[random.below(3)] as Page;
      const dice = random.next();
      if (dice < 0.4) randomEdit(page, random);
      else if (dice < 0.45) page.client.hurry();
      else if (dice < 0.85) await page.step(random);
      else if (dice < 0.91) {
        page.disconnect();
        if (random.next() < 0.5) page.deliverLate();
      } else if (dice < 0.97) page.connect();
      else {
        const at = random.below(authority.text.length + 1);
        authority.external(ChangeSet.of({ from: at, insert: "#" }, authority.text.length), ++typed);
      }
    }
    for (const page of pages) page.connect();
    await quiet(pages, random);
    for (const page of pages) {
      assert.equal(page.client.pending, 0, `seed ${seed}: everything is confirmed`);
      assert.equal(text(page), authority.text.toString(), `seed ${seed}: ${page.name} shows what the server holds`);
    }
  }
});

test("Whoever closes a text waits for what is on its way, and hears at once of what cannot go", async () => {
  const authority = new Authority("");
  const page = new Page(authority, "ada");
  page.edit(0, 0, "one");
  const arrived = page.client.deliver(1000);
  page.edit(3, 3, ", two");
  await quiet([page], new Random(1));
  assert.equal(await arrived, true);
  assert.equal(authority.text.toString(), "one, two");
  assert.equal(await page.client.deliver(1000), true);

  page.edit(8, 8, ", three");
  const cut = page.client.deliver(1000);
  page.disconnect();
  assert.equal(await cut, false);
  assert.equal(await page.client.deliver(1000), false);

  page.connect();
  await quiet([page], new Random(2));
  page.edit(0, 0, "zero, ");
  const late = page.client.deliver(1000);
  page.pass();
  assert.equal(await late, false);
});

test("What is too much together with what others typed arrives as soon as there is room for it", async () => {
  const authority = new Authority("");
  authority.most = 10;
  const [ada, bob] = [new Page(authority, "ada"), new Page(authority, "bob")];
  ada.edit(0, 0, "12345678");
  await quiet([ada], new Random(1));
  bob.edit(0, 0, "abcdef");
  for (let step = 0; step < 40; step++) await bob.step(new Random(step));
  assert.equal(authority.text.toString(), "12345678");
  assert.equal(bob.client.pending, 1);
  assert.deepEqual(bob.client.saveState, { kind: "failed", text: "Not saved: Too large." });
  ada.edit(0, 6, "");
  await quiet([ada, bob], new Random(1));
  assert.equal(authority.text.length, 8);
  for (const page of [ada, bob]) {
    assert.equal(page.client.pending, 0);
    assert.equal(text(page), authority.text.toString());
  }
});

test("Each keystroke is applied exactly once however often connections break", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed);
    const authority = new Authority("");
    const pages = ["ada", "bob"].map((name) => new Page(authority, name));
    let count = 0;
    for (let i = 0; i < 60; i++) {
      const page = pages[random.below(2)] as Page;
      const dice = random.next();
      if (dice < 0.5) {
        const at = random.below(page.state.doc.length + 1);
        page.edit(at, at, `<${count++}>`.replace(/[<>]/g, "|"));
        if (random.next() < 0.2) page.client.hurry();
      } else if (dice < 0.8) await page.step(random);
      else if (dice < 0.9) {
        page.disconnect();
        if (random.next() < 0.5) page.deliverLate();
      } else page.connect();
    }
    for (const page of pages) page.connect();
    await quiet(pages, random);
    assert.equal(authority.text.toString().split("|").length - 1, count * 2, `seed ${seed}`);
  }
});

test("A page that ends has sent what was typed behind a push that is on its way, each edit once", async () => {
  const authority = new Authority("");
  const [ada, bob] = [new Page(authority, "ada"), new Page(authority, "bob")];
  ada.edit(0, 0, "one");
  ada.client.push();
  ada.edit(3, 3, " two");
  ada.client.push();
  ada.client.hurry();
  ada.client.hurry();
  ada.edit(7, 7, " three");
  ada.client.hurry();
  ada.disconnect();
  ada.deliverLate();
  assert.equal(authority.text.toString(), "one two three");
  assert.equal(authority.all.length, 3);
  await quiet([bob], new Random(1));
  assert.equal(text(bob), "one two three");

  // One that stays goes on as ever.
  bob.edit(0, 0, "(");
  bob.client.push();
  bob.edit(bob.state.doc.length, bob.state.doc.length, ")");
  bob.client.hurry();
  await quiet([bob], new Random(2));
  assert.deepEqual([bob.client.pending, authority.text.toString(), authority.all.length], [0, "(one two three)", 5]);
});

test("A page that was away longer than the log reaches goes on by text and loses none of its own", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed);
    const authority = new Authority("alpha beta gamma");
    const ada = new Page(authority, "ada");
    const bob = new Page(authority, "bob");
    ada.edit(0, 0, "[A1]");
    if (random.next() < 0.5) await ada.step(random);
    ada.disconnect();
    if (random.next() < 0.5) ada.deliverLate();
    ada.edit(0, 0, "[A2]");
    for (let i = 0; i < 6; i++) {
      bob.edit(bob.state.doc.length, bob.state.doc.length, `[B${i}]`);
      await quiet([bob], random);
    }
    authority.trim(1);
    ada.connect();
    await quiet([ada, bob], random);
    assert.equal(text(ada), authority.text.toString(), `seed ${seed}`);
    assert.equal(text(bob), authority.text.toString(), `seed ${seed}`);
    for (const mark of ["[A1]", "[A2]", "[B0]", "[B5]"]) assert.equal(text(ada).split(mark).length, 2, `seed ${seed}: ${mark} once in ${text(ada)}`);
  }
});

test("What a server acknowledged and lost in a crash is sent again", async () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed);
    const authority = new Authority("start ");
    const pages = ["ada", "bob"].map((name) => new Page(authority, name));
    const marks: string[] = [];
    const type = (page: Page) => {
      const mark = `(${page.name}${marks.length})`;
      marks.push(mark);
      const at = page.state.doc.length;
      page.edit(at, at, mark);
    };
    for (let i = 0; i < 8; i++) {
      type(pages[random.below(2)] as Page);
      if (random.next() < 0.8) await quiet(pages, random);
    }
    await quiet(pages, random);
    const survived = random.below(authority.version + 1);
    for (const page of pages) page.disconnect();
    authority.crash(survived);
    if (random.next() < 0.5) type(pages[0] as Page);
    for (const page of pages) page.connect();
    await quiet(pages, random);
    for (const page of pages) assert.equal(text(page), authority.text.toString(), `seed ${seed}`);
    for (const mark of marks) assert.equal(authority.text.toString().split(mark).length, 2, `seed ${seed}: ${mark} once in ${authority.text.toString()}`);
  }
});

test("Crash after crash, with the log trimmed or not, all that a browser holds comes back", async () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed);
    const authority = new Authority("start ");
    const page = new Page(authority, "ada");
    const marks: string[] = [];
    for (let crashes = 0; crashes < 4; crashes++) {
      for (let i = 0; i < 4; i++) {
        marks.push(`(${marks.length})`);
        page.edit(page.state.doc.length, page.state.doc.length, marks.at(-1) ?? "");
        if (random.next() < 0.5) await page.step(random);
      }
      if (random.next() < 0.7) await quiet([page], random);
      page.disconnect();
      if (random.next() < 0.3) page.deliverLate();
      authority.crash(authority.trimmed + random.below(authority.version - authority.trimmed + 1));
      if (random.next() < 0.3) authority.external(ChangeSet.of({ from: 0, insert: "#" }, authority.text.length), crashes + 1);
      page.connect();
      if (random.next() < 0.7) await quiet([page], random);
    }
    page.connect();
    await quiet([page], random);
    assert.equal(text(page), authority.text.toString(), `seed ${seed}`);
    for (const mark of marks) assert.equal(authority.text.toString().split(mark).length, 2, `seed ${seed}: ${mark} once in ${authority.text.toString()}`);
  }
});

test("A server that does not know the document gives its text, and unsent edits stay", async () => {
  const authority = new Authority("kept text");
  const page = new Page(authority, "ada");
  page.disconnect();
  page.edit(9, 9, " and mine");
  authority.document = "doc-2";
  authority.text = authority.start = textOf("kept and theirs text");
  page.connect();
  await quiet([page], new Random(1));
  assert.equal(authority.text.toString(), "kept and theirs text and mine");
  assert.equal(text(page), authority.text.toString());
});

test("Nothing is pushed while the session is frozen, and all of it after", async () => {
  const authority = new Authority("");
  const page = new Page(authority, "ada");
  page.client.freeze(true);
  page.edit(0, 0, "kept");
  await quiet([page], new Random(1));
  assert.equal(authority.text.toString(), "");
  assert.equal(page.client.saveState.kind, "frozen");
  page.client.freeze(false);
  await quiet([page], new Random(1));
  assert.equal(authority.text.toString(), "kept");
});

test("Positions of other people are mapped over what happened since", async () => {
  const authority = new Authority("abcdef");
  const ada = new Page(authority, "ada");
  const bob = new Page(authority, "bob");
  bob.edit(0, 0, "12");
  await quiet([ada, bob], new Random(1));
  ada.edit(0, 0, "!");
  assert.equal(ada.client.positionNow(0, 3), 6);
  assert.equal(ada.client.positionNow(1, 3), 4);
  assert.equal(ada.client.positionNow(7, 3), undefined);
  assert.equal(ada.client.positionNow(0, 700), undefined);
});

test("A difference between texts turns one into the other and cuts no character in two", () => {
  const random = new Random(5);
  const alphabet = ["a", "b", "\n", "😀", "😁", "🤖", "é"];
  for (let i = 0; i < 3000; i++) {
    const make = () => Array.from({ length: random.below(12) }, () => alphabet[random.below(alphabet.length)]).join("");
    const a = textOf(make());
    const b = textOf(make());
    const changes = changesBetween(a, b);
    assert.equal(changes.apply(a).toString(), b.toString());
    changes.iterChanges((_a, _b, _c, _d, inserted) => assert.ok(inserted.toString().isWellFormed(), JSON.stringify([a.toString(), b.toString()])));
  }
});
