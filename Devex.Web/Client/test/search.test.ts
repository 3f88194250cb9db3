import assert from "node:assert/strict";
import { test } from "node:test";
import { SearchModel } from "../src/search/searchModel.js";

const match = (line: number, column = 0) => ({ line, column, length: 3, text: "one", start: 0 });

function model(): SearchModel {
  const made = new SearchModel();
  made.begin({ text: "one", replacement: "two" });
  made.found([{ path: "src/b.ts", version: "2", matches: [match(1), match(4)] }]);
  made.found([{ path: "a.txt", version: "1", matches: [match(2)] }]);
  return made;
}

test("Files stand by folder and name, however they were found", () => {
  assert.deepEqual(model().files.map((file) => file.path), ["a.txt", "src/b.ts"]);
});

test("What was taken out is not replaced", () => {
  const made = model();
  const second = made.files[1]?.matches[1];
  made.dismiss("src/b.ts", second);
  made.dismiss("a.txt");
  assert.deepEqual(made.replacement(), { query: { text: "one", replacement: "two" }, files: [{ path: "src/b.ts", version: "2", only: [{ line: 1, column: 0 }] }] });
  made.dismiss("src/b.ts", made.files[0]?.matches[0]);
  assert.deepEqual(made.files, []);
});

test("One file can be replaced by itself", () => {
  assert.deepEqual(model().replacement("a.txt").files.map((file) => file.path), ["a.txt"]);
});

test("The summary says how much there is, and whether that is all", () => {
  const made = model();
  assert.equal(made.summary(), "3 matches in 2 files…");
  made.end = { search: "s", files: 2, matches: 3, limited: false, cancelled: false };
  assert.equal(made.summary(), "3 matches in 2 files.");
  made.end.limited = true;
  assert.equal(made.summary(), "The first 3 matches in 2 files; there are more.");
  made.begin({ text: "x" });
  assert.equal(made.summary(), "Searching…");
  made.end = { search: "s", files: 0, matches: 0, limited: false, cancelled: false };
  assert.equal(made.summary(), "Nothing was found.");
});
