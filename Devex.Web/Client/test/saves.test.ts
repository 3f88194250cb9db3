import assert from "node:assert/strict";
import { test } from "node:test";
import { saveState } from "../src/documents/saveState.js";
import type { SavesState } from "../src/protocol/saves.js";
import { savesWords, spaceWords } from "../src/status/saves.js";

const state = (change: Partial<SavesState>): SavesState => ({ state: "saved", files: 0, bytes: 0, root: 7, hash: "0123456789abcdef", ...change });

test("The status bar says what the saver does, and nothing before it has spoken", () => {
  assert.equal(savesWords(undefined), undefined);
  assert.equal(savesWords(state({ state: "unknown" })), undefined);
  assert.equal(savesWords(state({}))?.text, "All saved to S3");
  assert.match(savesWords(state({}))?.title ?? "", /Snapshot 7, 0123456789ab$/);
  // The saver has everything that is in files; what was typed a moment ago is not in one yet.
  assert.equal(savesWords(state({}), undefined, { kind: "saving", text: "Saving…" })?.text, "Saving…");
  assert.equal(savesWords(state({}), undefined, { kind: "failed", text: "Not saved: no room" })?.text, "Not all is saved");
  assert.equal(savesWords(state({}), undefined, { kind: "disk", text: "Saved" }), undefined, "it has not seen it yet");
  assert.equal(savesWords(state({ notKept: [{ path: "workspace/big", reason: "quota" }] }), undefined, { kind: "disk", text: "Saved on this machine only" })?.text, "Saved to S3, 1 file not");
  assert.equal(savesWords(state({}), undefined, { kind: "s3", text: "Saved to S3" })?.text, "All saved to S3");
  assert.equal(savesWords(state({ state: "saving", files: 3, bytes: 1200 }))?.text, "3 files uploading");
  assert.equal(savesWords(state({ state: "retrying", problem: "S3 answered 500" }))?.text, "Offline: kept on this machine, retrying");
});

test("A saver's word that Core contradicts is not passed on", () => {
  const receipt = { root: 7, at: "", files: 1, bytes: 1, hash: "0123456789abcdef" };
  assert.equal(savesWords(state({}), receipt)?.text, "All saved to S3");
  assert.equal(savesWords(state({ root: 6, hash: "older" }), receipt)?.text, "All saved to S3", "Core's word came first");
  assert.equal(savesWords(state({ root: 8 }), receipt), undefined);
  assert.equal(savesWords(state({ hash: "forged" }), receipt), undefined);
  assert.equal(savesWords(state({ state: "retrying", root: 8 }), receipt)?.bad, true);
});

test("Files that are not kept are named with why, and sockets are no reason to worry", () => {
  const words = savesWords(state({ notKept: [{ path: "workspace/big", reason: "quota" }, { path: "workspace/pipe", reason: "special" }] }));
  assert.equal(words?.text, "Saved to S3, 1 file not");
  assert.equal(words.bad, true);
  assert.match(words.title, /workspace\/big finds no room\nworkspace\/pipe is a pipe/);
  assert.equal(savesWords(state({ notKept: [{ path: "workspace/pipe", reason: "special" }] }))?.text, "All saved to S3");
});

test("Room is spoken of before it bites", () => {
  const usage = (bytes: number, files = 0) => spaceWords({ bytes, maxBytes: 1000, files, maxFiles: 1000 });
  assert.equal(usage(799), undefined);
  assert.equal(usage(800)?.urgent, false);
  assert.match(usage(950)?.text ?? "", /^Almost no room/);
  assert.match(usage(1000)?.text ?? "", /^No room/);
  assert.match(usage(0, 1000)?.text ?? "", /1000 of 1000 files/);
  assert.deepEqual(spaceWords({ bytes: 1, maxBytes: 10, files: 0, maxFiles: 10 }, "Programs were ended"), { text: "Programs were ended", urgent: true });
  assert.match(spaceWords({ bytes: 9, maxBytes: 10, files: 0, maxFiles: 10, whole: true })?.text ?? "", /all your REPLs/);
});

test("A file that S3 does not hold is never said to be saved to S3", () => {
  const at = { bootId: "b", nanoseconds: 5 };
  const facts = {
    live: true, frozen: false, pending: 0, version: 3, flushedVersion: 3, flushedAt: at, savedAsOf: { bootId: "b", nanoseconds: 9 }, problem: undefined,
    deleted: false, readOnly: undefined, kept: false,
  };
  assert.equal(saveState(facts).kind, "s3");
  assert.equal(saveState({ ...facts, notKept: "quota" }).kind, "disk");
});
