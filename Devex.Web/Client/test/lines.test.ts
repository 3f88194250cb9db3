import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorState } from "@codemirror/state";
import { lines } from "../src/documents/lines.js";

test("Half a character and carriage returns are mended before they reach the wire", () => {
  let state = EditorState.create({ doc: "", extensions: lines });
  state = state.update({ changes: { from: 0, insert: "a\ud800b" } }).state;
  assert.equal(state.doc.toString(), "a\ufffdb");
  state = state.update({ changes: { from: 0, insert: "one\r\ntwo" } }).state;
  assert.equal(state.doc.toString(), "one\ntwoa\ufffdb");
});
