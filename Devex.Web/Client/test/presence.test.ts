import assert from "node:assert/strict";
import { test } from "node:test";
import type { DocumentClient } from "../src/documents/documentClient.js";
import { PresenceIn } from "../src/documents/presence.js";
import type { PresentPerson } from "../src/protocol/documents.js";

/** Somebody's only cursor. */
const at = (connection: number, version: number, head?: number): PresentPerson => ({
  person: { connection, user: `user${connection}`, name: `Person ${connection}`, role: "editor", colour: connection }, version,
  selections: head === undefined ? null : [{ anchor: head, head }],
});

/** A page whose text is one letter longer in front with each version. */
function page(version: number) {
  const text = { version, positionNow: (from: number, position: number) => (position > 99 ? undefined : position + text.version - from) };
  const shown: [number, ...number[]][][] = [];
  const presence = new PresenceIn(text as unknown as DocumentClient, (places) => {
    shown.push(places.map(({ person, selections }) => [person.connection, ...selections.map(({ head }) => head)]));
  });
  return { text, shown, presence };
}

test("All of whom something was told are shown at once, each where they are in the text of now", () => {
  const { shown, presence } = page(3);
  presence.received([at(1, 3, 5), at(2, 1, 5), at(3, 3, 100), at(4, 3)]);
  assert.deepEqual(shown, [[[1, 5], [2, 7], [3], [4]]]);
});

test("Who is in a text that has not come yet is shown when it has, where they were last", () => {
  const { text, shown, presence } = page(1);
  presence.received([at(1, 2, 5), at(2, 3, 5)]);
  presence.received([at(1, 2, 6)]);
  assert.deepEqual(shown, []);
  text.version = 2;
  presence.advanced();
  assert.deepEqual(shown, [[[1, 6]]]);
  presence.received([at(2, 2)]);
  text.version = 3;
  presence.advanced();
  assert.deepEqual(shown, [[[1, 6]], [[2]]]);
});
