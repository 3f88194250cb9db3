import assert from "node:assert/strict";
import { test } from "node:test";
import type { Repl } from "../src/protocol/api.js";
import { isInterrupted, notice, untilWarning } from "../src/status/notice.js";

const repl = (change: Partial<Repl>): Repl => ({
  id: "abcdefghjkmn", name: "one", template: "bash", owner: { id: "local-ada", login: "ada", name: "Ada" }, role: "owner", state: "running", ...change,
});
const now = new Date("2026-01-01T12:00:00Z");
const words = (one: Repl): string | undefined =>
  notice({ connection: "live", frozen: undefined, unsent: 0, repl: one, now, connect: () => undefined })?.text;

test("A session that has run for as long as it may is announced ten minutes before it ends", () => {
  assert.equal(words(repl({})), undefined);
  assert.equal(words(repl({ endsAt: "2026-01-01T12:11:00Z" })), undefined);
  assert.equal(untilWarning(repl({ endsAt: "2026-01-01T12:11:00Z" }), now), 60_000);
  assert.match(words(repl({ endsAt: "2026-01-01T12:10:00Z" })) ?? "", /^This session ends at .+ Everything is saved/);
  assert.equal(untilWarning(repl({ endsAt: "2026-01-01T12:10:00Z", state: "stopped" }), now), undefined);
  assert.match(words(repl({ endsAt: "2026-01-01T12:10:00Z", problem: "Not saved" })) ?? "", /Not saved/, "what is wrong comes first");
});

test("A stop that waits for S3 says so while its session is still there, frozen", () => {
  const stage = { name: "ending", startedAt: "2026-01-01T11:59:00Z", waiting: "S3 does not answer." };
  const said = notice({
    connection: "live", frozen: "The session is being saved and stopped.", unsent: 0, now, connect: () => undefined,
    repl: repl({ state: "stopping", progress: { sessionId: "s", kind: "stop", startedAt: stage.startedAt, stages: [stage] } }),
  });
  assert.deepEqual([said?.kind, said?.text], ["warning", "Stopping: everything is being saved. S3 does not answer."]);
});

test("Whoever owns a session whose node is silent is told so instead of that a connection is lost, and may start from what was saved", () => {
  let started = 0;
  const said = (change: Partial<Repl>) => notice({
    connection: "reconnecting", frozen: undefined, unsent: 1, interrupted: true, repl: repl({ state: "unreachable", problem: "Its node is silent.", ...change }), now,
    connect: () => undefined, startFromSaved: () => { started++; },
  });
  const owner = said({});
  assert.equal(owner?.text, "Its node is silent. You can go on typing. Your edits are kept in this tab and will be sent.");
  assert.equal(owner.action?.label, "Start from saved");
  owner.action.run();
  assert.equal(started, 1);
  assert.equal(said({ role: "editor" })?.action, undefined);
  assert.match(said({ problem: null })?.text ?? "", /^The node that runs this session does not answer/);
});

test("What a running session has behind it can be read and put away, until there is something else", () => {
  let read: string | undefined;
  const said = (problem: string) => notice({
    connection: "live", frozen: undefined, unsent: 0, repl: repl({ problem }), now, read, dismiss: (text) => { read = text; }, connect: () => undefined,
  });
  const first = said("The session moved.");
  assert.equal(first?.action?.label, "Dismiss");
  first.action.run();
  assert.equal(said("The session moved."), undefined);
  assert.equal(said("The session crashed.")?.text, "The session crashed.");
});

test("A first connection that is long in coming is told of, and may be tried at once", () => {
  const said = (slow: boolean) => notice({ connection: "connecting", frozen: undefined, unsent: 0, slow, repl: repl({}), now, connect: () => undefined });
  assert.equal(said(false), undefined);
  assert.match(said(true)?.text ?? "", /^Connecting takes longer than usual/);
  assert.equal(said(true)?.action?.label, "Try now");
});

test("A session that goes away by itself leaves the panes in sight, and one that is stopped does not", () => {
  assert.equal(isInterrupted("starting", "running", false), true, "it crashed and is started again");
  assert.equal(isInterrupted("unreachable", "running", false), true, "its node fell silent");
  assert.equal(isInterrupted("unreachable", "starting", true), true);
  assert.equal(isInterrupted("running", "starting", true), false, "it is back");
  assert.equal(isInterrupted("stopping", "running", false), false);
  assert.equal(isInterrupted("stopped", "starting", true), false, "it did not come back");
  assert.equal(isInterrupted("starting", "stopped", false), false, "a person started it, and watches");
  const said = notice({
    connection: "ended", frozen: undefined, unsent: 2, interrupted: true, repl: repl({ state: "starting", problem: "The session crashed." }), now, connect: () => undefined,
  });
  assert.equal(said?.text, "The session crashed. You can go on typing. Your edits are kept in this tab and will be sent.");
});

test("Whoever is signed out is told so while the session goes on, and that the connection is lost before it", () => {
  let asked = 0;
  const said = (connection: "live" | "reconnecting") => notice({
    connection, frozen: undefined, unsent: 0, repl: repl({ problem: "The session moved." }), now, connect: () => undefined, signedOut: true, signIn: () => { asked++; },
  });
  assert.match(said("live")?.text ?? "", /^You are signed out\./);
  assert.equal(said("live")?.action?.label, "Sign in");
  said("live")?.action?.run();
  assert.equal(asked, 1);
  assert.match(said("reconnecting")?.text ?? "", /^Connection lost/);
});
