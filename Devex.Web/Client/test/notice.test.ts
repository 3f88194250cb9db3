import assert from "node:assert/strict";
import { test } from "node:test";
import type { Repl } from "../src/protocol/api.js";
import { notice, untilWarning } from "../src/status/notice.js";

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
