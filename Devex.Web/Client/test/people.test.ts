import assert from "node:assert/strict";
import { test } from "node:test";
import { colourOf, learnColours } from "../src/workbench/people.js";

test("who is in the session has its colour, and who is not one of their own", () => {
  const before = colourOf("local-ada");
  assert.ok(before >= 0 && before < 8);
  assert.equal(colourOf("local-ada"), before);

  const person = (connection: number, user: string, colour: number) => ({ connection, user, name: user, role: "editor" as const, colour });
  learnColours([person(1, "local-ada", (before + 1) % 8), person(2, "local-bob", 9)]);
  assert.equal(colourOf("local-ada"), (before + 1) % 8);
  // A ninth begins again with the first.
  assert.equal(colourOf("local-bob"), 1);
  // Those who have left keep theirs: in what they typed last, they are who they were.
  learnColours([person(2, "local-bob", 9)]);
  assert.equal(colourOf("local-ada"), (before + 1) % 8);
});
