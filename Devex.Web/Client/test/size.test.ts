import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeSet, EditorState, Text } from "@codemirror/state";
import { textOf } from "../src/documents/lines.js";
import { bytesOf, insertedBy, limited, parts } from "../src/documents/size.js";
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

test("The size of a text is that of its file", () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed);
    const text = Array.from({ length: random.below(60) }, () => ["a", "\n", "é", "語", "😀", "\ud83d", "\ude00"][random.below(7)]).join("");
    assert.equal(bytesOf(textOf(text)), Buffer.byteLength(text), `seed ${seed}`);
  }
});

const limit = 5 << 20;
// Three bytes are kept for a mark that the file may have.
const most = limit - 1 - 3;

test("A file does not become larger than a session takes, and may always become smaller", () => {
  for (const [letter, bytes] of [["x", 1], ["é", 2], ["語", 3]] as const) {
    let refused = 0;
    const length = Math.floor(5_000_000 / bytes);
    const room = Math.floor(most / bytes) - length;
    const state = EditorState.create({ doc: Text.of([letter.repeat(length)]), extensions: limited(() => refused++, () => false) });
    const full = state.update({ changes: { from: 0, insert: letter.repeat(room) } }).state;
    assert.equal(full.doc.length, length + room);
    assert.equal(refused, 0);
    assert.equal(full.update({ changes: { from: 0, insert: letter } }).state.doc.length, length + room, letter);
    assert.equal(state.update({ changes: { from: 0, insert: letter.repeat(room + 1) } }).state.doc.length, length, letter);
    assert.equal(refused, 2);
    // A letter goes and another comes: nothing grows.
    assert.equal(full.update({ changes: { from: 0, to: 1, insert: letter } }).state.doc.length, length + room);
    assert.equal(refused, 2);
  }

  let refused = 0;
  const large = EditorState.create({ doc: Text.of(["x".repeat(6_000_000)]), extensions: limited(() => refused++, () => false) });
  assert.equal(large.update({ changes: { from: 0, to: 1 } }).state.doc.length, 5_999_999);
  assert.equal(large.update({ changes: { from: 0, insert: "y" } }).state.doc.length, 6_000_000);
  assert.equal(large.update({ changes: { from: 0, to: 1, insert: "é" } }).state.doc.sliceString(0, 1), "x");
  assert.equal(refused, 2);
});

test("Line breaks of two bytes count as two", () => {
  let refused = 0;
  const breaks = 2_000_000;
  const extensions = (crLf: boolean) => limited(() => refused++, () => crLf);
  const doc = Text.of(Array.from({ length: breaks + 1 }, () => ""));
  const insert = "x".repeat(most - 2 * breaks);
  assert.equal(EditorState.create({ doc, extensions: extensions(true) }).update({ changes: { from: 0, insert } }).state.doc.length, breaks + insert.length);
  assert.equal(EditorState.create({ doc, extensions: extensions(true) }).update({ changes: { from: 0, insert: `${insert}x` } }).state.doc.length, breaks);
  assert.equal(EditorState.create({ doc, extensions: extensions(false) }).update({ changes: { from: 0, insert: `${insert}x` } }).state.doc.length, breaks + insert.length + 1);
  assert.equal(refused, 1);
});

test("Among keys, deletions and what others type no file becomes too large, and nothing that fits is refused", () => {
  const inFile = (text: Text) => bytesOf(text) + text.lines - 1;
  const doc = Text.of(Array.from({ length: 17_300 }, () => "語".repeat(100)));
  for (let seed = 0; seed < 3; seed++) {
    const random = new Random(seed);
    let refused = 0;
    let state = EditorState.create({ doc, extensions: limited(() => refused++, () => true) });
    let before = inFile(doc);
    for (let step = 0; step < 60; step++) {
      const from = random.below(state.doc.length);
      const foreign = random.below(8) === 0;
      const insert = random.below(3) === 0 ? "" : ["x", "語語", "😀\n", "é"][random.below(4)]!.repeat(1 + random.below(400));
      const changes = state.changes({ from, to: Math.min(state.doc.length, from + random.below(300)), insert: textOf(insert) });
      const after = inFile(changes.apply(state.doc));
      const fits = after <= most || after <= before;
      const known = refused;
      state = state.update({ changes, ...(foreign && { filter: false }) }).state;
      assert.equal(refused - known, foreign || fits ? 0 : 1, `seed ${seed}, step ${step}: from ${before} to ${after}`);
      if (foreign || fits) before = after;
    }
  }
});
