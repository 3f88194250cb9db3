import assert from "node:assert/strict";
import { test } from "node:test";
import { syncButtons, underwayWords } from "../src/git/syncActions.js";
import type { GitStatus } from "../src/protocol/git.js";

const status = (more: Partial<GitStatus>): GitStatus => ({
  repository: true, installed: true, branch: "main", commit: "01234567", upstream: null, ahead: 0, behind: 0, files: [], limited: false, ...more,
});
const labels = (more: Partial<GitStatus>) => syncButtons(status(more)).map((one) => (one.primary ? `[${one.label}]` : one.label));

test("What can be done follows how the branch stands", () => {
  assert.deepEqual(labels({ repository: false }), []);
  assert.deepEqual(labels({}), ["Add a remote"]);
  assert.deepEqual(labels({ remotes: ["origin"], commit: null }), ["Fetch"]);
  assert.deepEqual(labels({ remotes: ["origin"], branch: null }), ["Fetch"]);
  assert.deepEqual(labels({ remotes: ["origin"] }), ["Fetch", "[Publish branch]"]);
  assert.deepEqual(labels({ upstream: "origin/main" }), ["Fetch", "Pull", "Push"]);
  assert.deepEqual(labels({ upstream: "origin/main", ahead: 2 }), ["Fetch", "Pull", "[Push 2]"]);
  assert.deepEqual(labels({ upstream: "origin/main", ahead: 2, behind: 1 }), ["Fetch", "[Pull 1]", "Push 2"]);
  assert.deepEqual(labels({ upstream: "origin/main", underway: "merge" }), []);
});

test("What stopped is gone on with once nothing is in conflict", () => {
  assert.equal(underwayWords(status({})), undefined);
  const files = [{ path: "a", unstaged: "conflicted" as const }, { path: "b", staged: "modified" as const }];
  assert.deepEqual(underwayWords(status({ underway: "rebase", files })), { words: "The rebase stopped at 1 file in conflict. Open each, keep what is right, and stage it.", ready: false });
  assert.equal(underwayWords(status({ underway: "cherryPick", files: files.slice(1) }))?.ready, true);
});
