import assert from "node:assert/strict";
import { test } from "node:test";
import type { Participant } from "../src/protocol/session.js";
import { Following } from "../src/workbench/following.js";
import { settle } from "./authority.js";

/** A page that follows; files are their paths, and open when the test lets them. */
class Bench {
  people: Participant[] = [];
  opened: string[] = [];
  revealed: string[] = [];
  left: string[] = [];
  /** Files that open slowly: what lets them go on. */
  slow = new Map<string, () => void>();
  readonly following = new Following<string>({
    people: () => this.people, changed: () => undefined, left: (name) => this.left.push(name),
    failed: (error) => assert.fail(String(error)),
    open: async (path) => {
      if (path.startsWith("slow")) await new Promise<void>((resolve) => this.slow.set(path, resolve));
      this.opened.push(path);
      this.following.opened();
      return path;
    },
    reveal: (file, connection) => this.revealed.push(`${file} of ${connection}`),
  });

  join(connection: number, user: string, path: string | null): void {
    this.people = [...this.people, { connection, user, name: user, role: "editor", colour: connection, path }];
  }

  async look(connection: number, path: string | null): Promise<void> {
    this.people = this.people.map((person) => (person.connection === connection ? { ...person, path } : person));
    this.following.looked(connection);
    await settle();
  }
}

test("Whoever is followed is followed from file to file, and within one", async () => {
  const bench = new Bench();
  bench.join(1, "ada", "mine");
  bench.join(2, "bea", "a");
  bench.following.follow("bea");
  await settle();
  bench.following.moved("a", 2);
  await bench.look(2, "b");
  bench.following.moved("a", 2);
  bench.following.moved("b", 1);
  await bench.look(2, null);
  assert.deepEqual(bench.opened, ["a", "b"]);
  assert.deepEqual(bench.revealed, ["a of 2", "a of 2", "b of 2"]);
  assert.equal(bench.following.person?.path, null);
});

test("What this person opens ends it, what is opened on the way does not", async () => {
  const bench = new Bench();
  bench.join(2, "bea", "a");
  bench.following.follow("bea");
  await settle();
  assert.equal(bench.following.person?.user, "bea");
  bench.following.opened();
  assert.equal(bench.following.person, undefined);
  await bench.look(2, "b");
  assert.deepEqual(bench.opened, ["a"]);
});

test("A file that opens slowly never comes over the next one", async () => {
  const bench = new Bench();
  bench.join(2, "bea", "slow");
  bench.following.follow("bea");
  await bench.look(2, "fast");
  assert.deepEqual(bench.opened, []);
  bench.slow.get("slow")?.();
  await settle();
  await settle();
  assert.deepEqual(bench.opened, ["slow", "fast"]);
  assert.deepEqual(bench.revealed, ["fast of 2"]);
});

test("Of several pages of a person the one counts that moved last, and when it is closed another", async () => {
  const bench = new Bench();
  bench.join(2, "bea", null);
  bench.join(3, "bea", "a");
  bench.following.follow("bea");
  await settle();
  await bench.look(2, "b");
  bench.people = bench.people.filter(({ connection }) => connection !== 2);
  bench.following.looked();
  await settle();
  assert.deepEqual(bench.opened, ["a", "b", "a"]);
  bench.people = [];
  bench.following.looked();
  assert.deepEqual(bench.left, ["bea"]);
  assert.equal(bench.following.person, undefined);
});

test("Nobody follows who is not there", () => {
  const bench = new Bench();
  bench.following.follow("bea");
  assert.equal(bench.following.person, undefined);
});
