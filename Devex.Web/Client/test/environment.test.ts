import assert from "node:assert/strict";
import { test } from "node:test";
import { pasted } from "../src/environment/pasted.js";

test("Lines of a .env file are taken apart", () => {
  assert.deepEqual(pasted("# keys\nexport API_KEY='a # b'\nURL = \"https://x/?a=b\"\r\nPLAIN=one two # why\nEMPTY=\nno line\n1X=2\n"),
    [["API_KEY", "a # b"], ["URL", "https://x/?a=b"], ["PLAIN", "one two"], ["EMPTY", ""]]);
});

test("A name by itself stays a name", () => assert.deepEqual(pasted("API_KEY"), []));
