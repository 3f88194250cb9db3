import assert from "node:assert/strict";
import { test } from "node:test";
import { mostNamed, receiptOf } from "../src/documents/receipt.js";
import { covers, saveState, worst } from "../src/documents/saveState.js";
import { Authority, Page, quiet, Random } from "./authority.js";

test("The save state says no more than is known", async () => {
  const authority = new Authority("");
  const page = new Page(authority, "ada");
  const kind = () => page.client.saveState.kind;
  page.edit(0, 0, "x");
  assert.equal(kind(), "saving");
  await quiet([page], new Random(1));
  assert.equal(kind(), "saving", "acknowledged, not in the file");
  page.client.flushed(1, { bootId: "b", nanoseconds: 10 });
  assert.equal(kind(), "disk");
  page.client.saved({ asOf: { bootId: "other", nanoseconds: 99 }, reason: undefined });
  assert.equal(kind(), "disk", "another boot's clock proves nothing");
  page.client.saved({ asOf: { bootId: "b", nanoseconds: 9 }, reason: undefined });
  assert.equal(kind(), "disk");
  page.client.saved({ asOf: { bootId: "b", nanoseconds: 10 }, reason: undefined });
  assert.equal(kind(), "s3");
  page.disconnect();
  assert.equal(kind(), "s3");
  page.edit(0, 0, "y");
  assert.equal(kind(), "offline");
  page.client.failed("no room left");
  assert.equal(kind(), "failed");
});

test("A receipt of S3 lets go of what it covers and of no more", async () => {
  const authority = new Authority("");
  const page = new Page(authority, "ada");
  for (let i = 0; i < 3; i++) {
    page.edit(0, 0, "x");
    await quiet([page], new Random(1));
    page.client.flushed(i + 1, { bootId: "b", nanoseconds: i + 1 });
  }
  page.client.saved({ asOf: { bootId: "b", nanoseconds: 2 }, reason: undefined });
  assert.equal(page.client.accepted.length, 1);
});

test("A receipt that names the file, and the saver's word alone, let go of nothing and reassure nobody", async () => {
  const page = new Page(new Authority(""), "ada");
  const late = { bootId: "b", nanoseconds: 99 };
  page.edit(0, 0, "x");
  await quiet([page], new Random(1));
  page.client.flushed(1, { bootId: "b", nanoseconds: 1 });

  page.client.looked(undefined);
  assert.equal(page.client.saveState.kind, "disk", "what the saver says is in a file that programs can write");
  page.client.saved({ asOf: late, reason: "quota" });
  assert.equal(page.client.accepted.length, 1);
  assert.match(page.client.saveState.text, /on this machine only: it finds no room/);
  page.client.saved({ asOf: late, reason: undefined });
  assert.equal(page.client.accepted.length, 0);
  assert.equal(page.client.saveState.kind, "s3");
  page.client.looked("unreadable");
  assert.equal(page.client.saveState.kind, "disk", "it may worry");
});

test("A receipt names files, folders above them, and no more than so many", () => {
  const asOf = { bootId: "b", nanoseconds: 1 };
  const saved = (notKept: { path: string; reason: string }[]) => ({ root: 1, at: "", files: 1, bytes: 1, asOf, notKept });
  const reason = (path: string, ...notKept: { path: string; reason: string }[]) => receiptOf(saved(notKept), path)?.reason;
  assert.equal(receiptOf({ ...saved([]), asOf: null }, "a"), undefined);
  assert.equal(reason("a"), undefined);
  assert.equal(reason("a", { path: "workspace/a", reason: "quota" }), "quota");
  assert.equal(reason("a/b/c", { path: "workspace/a", reason: "unreadable" }), "unreadable");
  assert.equal(reason("ab", { path: "workspace/a", reason: "unreadable" }), undefined);
  assert.equal(reason("a", { path: "home/a", reason: "quota" }), undefined);
  assert.equal(reason("back\\slash", { path: "workspace/back\\\\slash", reason: "changing" }), "changing");
  const many = (last: string) => Array.from({ length: mostNamed }, (_, i) => ({ path: `workspace/f${i}`, reason: i < mostNamed - 1 ? "quota" : last }));
  assert.equal(reason("other", ...many("quota")), "unnamed");
  assert.equal(reason("other", ...many("special")), undefined);
});

test("The worst file speaks for all", () => {
  const facts = {
    kept: true, live: true, frozen: false, pending: 0, version: 0, flushedVersion: 0, flushedAt: undefined, savedAsOf: undefined, problem: undefined,
    deleted: false, readOnly: undefined,
  };
  const states = [saveState(facts), saveState({ ...facts, pending: 1, live: false }), saveState({ ...facts, pending: 1 })];
  assert.equal(worst(states)?.kind, "offline");
  assert.equal(worst([]), undefined);
  assert.equal(saveState({ ...facts, pending: 1, live: false }).text, "Offline: kept in this tab");
  assert.equal(saveState({ ...facts, pending: 1, live: false, kept: false }).text, "Offline: lost if this page is reloaded");
  assert.equal(covers(undefined, { bootId: "b", nanoseconds: 1 }), false);
});
