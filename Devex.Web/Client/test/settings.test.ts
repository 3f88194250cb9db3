import assert from "node:assert/strict";
import { test } from "node:test";
import { defaults, read } from "../src/settings/settings.js";

test("What a browser remembers is taken as far as it makes sense", () => {
  assert.deepEqual(read(undefined), defaults);
  assert.deepEqual(read("no JSON"), defaults);
  assert.deepEqual(read('{"fontSize":900,"tabSize":"4","wrap":1,"guides":null,"keys":"nano","theme":"pink","formatOnSave":1}'), defaults);
  assert.deepEqual(read('{"fontSize":16,"tabSize":4,"wrap":true,"guides":false,"keys":"vim","theme":"system","formatOnSave":true}'), {
    fontSize: 16, tabSize: 4, wrap: true, guides: false, keys: "vim", theme: "system", formatOnSave: true,
  });
});
