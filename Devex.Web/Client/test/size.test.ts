import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeSet, EditorState, Text } from "@codemirror/state";
import { textOf } from "../src/documents/lines.js";
import { insertedBy, limited, parts } from "../src/documents/size.js";
import { Authority, Page, quiet, Random } from "./authority.js";

const some = (random: Random, length: number) => Array.from({ length }, () => ["a", "\n", "é", "😀"][random.below(4)]).join("");

test("A large change is the same as its parts, none of which is large or ends within a character", () => {
  for (let seed = 0; seed < 500; seed++) {
    const random = new Random(seed);
    const doc = textOf(some(random, random.below(40)));
    const changes: { from: number; to: number; insert: Text }[] = [];
    for (let at = 0; at <= doc.length && random.next() < 0.7;) {
      const from = at + random.below(doc.length - at + 1);
      const to = from + random.below(doc.length - from + 1);
      changes.push({ from, to, insert: textOf(some(random, random.below(30))) });
      at = to + 1;
    }
    const whole = ChangeSet.of(changes, doc.length);
    const most = 2 + random.below(12);
    let text: Text = doc;
    for (const part of parts(whole, most)) {
      assert.ok(insertedBy(part) <= most, `seed ${seed}`);
      text = part.apply(text);
      part.iterChanges((_fromA, _toA, _fromB, _toB, inserted) => assert.ok(inserted.toString().isWellFormed(), `seed ${seed}`));
    }
    assert.equal(text.toString(), whole.apply(doc).toString(), `seed ${seed}`);
  }
});

test("What is pasted arrives in pushes that a frame can carry, whatever its characters take, among what others type", async () => {
  const authority = new Authority("one\ntwo");
  const pushes: number[] = [];
  const push = authority.push.bind(authority);
  authority.push = (request) => {
    pushes.push(JSON.stringify(request).length);
    push(request);
  };
  const pages = [new Page(authority, "ada"), new Page(authority, "bob")];
  const pasted = "\u0001\n".repeat(1_200_000);
  pages[0]?.edit(4, 4, pasted);
  pages[1]?.edit(0, 0, "zero\n");
  await quiet(pages, new Random(3));
  assert.equal(authority.text.toString(), `zero\none\n${pasted}two`);
  for (const page of pages) assert.ok(page.state.doc.eq(authority.text));
  assert.ok(Math.max(...pushes) < 9 << 20, `at most ${Math.max(...pushes)} bytes`);
});

test("A text does not become larger than a session takes, and may always become smaller", () => {
  let refused = 0;
  const state = EditorState.create({ doc: Text.of(["x".repeat(5_000_000)]), extensions: limited(() => refused++) });
  assert.equal(state.update({ changes: { from: 0, insert: "y".repeat(242_879) } }).state.doc.length, 5_242_879);
  assert.equal(refused, 0);
  const over = state.update({ changes: { from: 0, insert: "y".repeat(242_880) } }).state;
  assert.equal(over.doc.length, 5_000_000);
  assert.equal(refused, 1);

  const large = EditorState.create({ doc: Text.of(["x".repeat(6_000_000)]), extensions: limited(() => refused++) });
  assert.equal(large.update({ changes: { from: 0, to: 1 } }).state.doc.length, 5_999_999);
  assert.equal(large.update({ changes: { from: 0, insert: "y" } }).state.doc.length, 6_000_000);
  assert.equal(refused, 2);
});
