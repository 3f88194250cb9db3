import assert from "node:assert/strict";
import { test } from "node:test";
import { history, undo } from "@codemirror/commands";
import { ChangeSet, EditorState, type Transaction, type TransactionSpec } from "@codemirror/state";
import { collab, collabField, receive } from "../src/documents/collab.js";
import { lines } from "../src/documents/lines.js";
import { echo, relay, undoFirst } from "../src/editor/twoViews.js";
import { peopleIn, remoteCursors, setRemotePerson } from "../src/editor/remoteCursors.js";
import { Random } from "./authority.js";

/** Two editors of one text, without their windows. */
class Two {
  first: EditorState;
  second: EditorState;

  constructor(doc: string) {
    this.first = EditorState.create({ doc, extensions: [lines, collab(1), history(), remoteCursors] });
    this.second = EditorState.create({ doc, extensions: [lines, remoteCursors] });
  }

  apply(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) {
      this.first = transaction.state;
      const spec = echo(transaction);
      if (spec) this.second = this.second.update(spec).state;
    }
  }

  inFirst(spec: TransactionSpec): void {
    this.apply([this.first.update(spec)]);
  }

  inSecond(spec: TransactionSpec): void {
    const transaction = this.second.update(spec);
    this.second = transaction.state;
    this.apply(relay(this.first, transaction));
  }

  fromOthers(changes: ChangeSet): void {
    this.apply([receive(this.first, changes, false)]);
  }

  undoInSecond(): boolean {
    const undone = undoFirst(this.first, undo);
    if (!undone) return false;
    this.apply(undone.transactions);
    this.second = this.second.update({ selection: undone.selection }).state;
    return true;
  }
}

const type = (at: number, insert: string) => ({ changes: { from: at, insert }, selection: { anchor: at + insert.length }, userEvent: "input.type" });

test("Whatever is done in either editor, and by others, both show one text, and serve is told each edit once", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed);
    const two = new Two("one\ntwo\nthree");
    for (let step = 0; step < 60; step++) {
      const { length } = two.first.doc;
      const from = random.below(length + 1);
      const changes = { from, to: Math.min(length, from + random.below(4)), insert: ["", "x", "yz", "\n"][random.below(4)] ?? "" };
      const kind = random.below(6);
      if (kind < 2) two.inFirst({ changes, userEvent: "input.type" });
      else if (kind < 4) two.inSecond({ changes, selection: { anchor: changes.from }, userEvent: "input.type" });
      else if (kind === 4) two.undoInSecond();
      else {
        const { base } = two.first.field(collabField);
        const at = random.below(base.length + 1);
        two.fromOthers(ChangeSet.of({ from: at, insert: "o" }, base.length));
      }
      assert.equal(two.second.doc.toString(), two.first.doc.toString());
    }
    const { base, pending } = two.first.field(collabField);
    assert.equal(pending.reduce((text, changes) => changes.apply(text), base).toString(), two.first.doc.toString());
  }
});

test("An edit in the second editor is undone from either, where it was made, and the first one's cursor stays", () => {
  const two = new Two("aaaa bbbb");
  two.inFirst({ selection: { anchor: 1 } });
  two.inSecond({ selection: { anchor: 5 } });
  two.inSecond(type(5, "x"));
  assert.equal(two.first.doc.toString(), "aaaa xbbbb");
  assert.equal(two.first.selection.main.head, 1);
  assert.ok(two.undoInSecond());
  assert.equal(two.second.doc.toString(), "aaaa bbbb");
  assert.equal(two.second.selection.main.head, 5);
  assert.equal(two.first.selection.main.head, 1);

  two.inSecond(type(9, "y"));
  undo({ state: two.first, dispatch: (transaction) => two.apply([transaction]) });
  assert.equal(two.second.doc.toString(), "aaaa bbbb");
  assert.equal(two.first.selection.main.head, 5);
});

test("What others typed is no edit to undo, in neither editor", () => {
  const two = new Two("base");
  two.inSecond(type(4, "!"));
  two.fromOthers(ChangeSet.of({ from: 0, insert: "theirs " }, 4));
  assert.ok(two.undoInSecond());
  assert.equal(two.second.doc.toString(), "theirs base");
  assert.ok(!two.undoInSecond());
});

test("Other people's cursors are shown in both", () => {
  const two = new Two("base");
  two.inFirst({ effects: setRemotePerson.of({ connection: 7, name: "Bea", colour: 3, selections: [{ anchor: 1, head: 2 }] }) });
  assert.deepEqual(peopleIn(two.second).map(({ name }) => name), ["Bea"]);
});

test("Nobody types in the second editor what was typed in the first: nothing is offered there", () => {
  const two = new Two("base");
  const transaction = two.first.update(type(0, "x"));
  const spec = echo(transaction);
  assert.ok(spec && !two.second.update(spec).isUserEvent("input"));
});
