import assert from "node:assert/strict";
import { test } from "node:test";
import { Folded } from "../src/editor/folded.js";
import { parseTabs } from "../src/editor/rememberedTabs.js";
import { TabList } from "../src/editor/tabList.js";

const list = (...tabs: string[]) => {
  const made = new TabList<string>();
  for (const tab of tabs) made.show(tab);
  return made;
};

test("A tab that goes leaves the one after it in front, or the one before where it was the last", () => {
  const tabs = list("a", "b", "c");
  tabs.show("b");
  tabs.remove("b");
  assert.equal(tabs.front, "c");
  tabs.remove("c");
  assert.equal(tabs.front, "a");
  tabs.remove("a");
  assert.equal(tabs.front, undefined);
  assert.equal(tabs.step(1), undefined);
});

test("A tab that goes from behind changes nothing in front", () => {
  const tabs = list("a", "b", "c");
  tabs.remove("a");
  assert.equal(tabs.front, "c");
  tabs.remove("never here");
  assert.deepEqual(tabs.all, ["b", "c"]);
});

test("Steps go around the ends", () => {
  const tabs = list("a", "b", "c");
  assert.equal(tabs.step(1), "a");
  tabs.show("a");
  assert.equal(tabs.step(-1), "c");
});

test("A tab is put before another, or last", () => {
  const tabs = list("a", "b", "c");
  tabs.place("c", "a");
  assert.deepEqual(tabs.all, ["c", "a", "b"]);
  tabs.place("c", undefined);
  assert.deepEqual(tabs.all, ["a", "b", "c"]);
  tabs.place("a", "a");
  assert.deepEqual(tabs.all, ["a", "b", "c"]);
});

test("What stood in two groups stands there again when there is room", () => {
  const folded = new Folded<string>();
  folded.add("both", true);
  folded.add("right", false);
  folded.add("closed meanwhile", false);
  assert.deepEqual(folded.apart(["left", "both", "right"]), { first: ["left", "both"], second: ["both", "right"] });
  folded.clear();
  assert.deepEqual(folded.apart(["left", "both", "right"]), { first: ["left", "both", "right"], second: [] });
});

test("Groups are remembered; one that an older page kept is read, and nonsense is nothing", () => {
  assert.deepEqual(parseTabs('{"paths":["a","b"],"active":"b"}'), { groups: [{ paths: ["a", "b"], active: "b" }], focused: 0 });
  const two = { groups: [{ paths: ["a"], active: "a" }, { paths: ["a", "b"], active: "b" }], focused: 1 };
  assert.deepEqual(parseTabs(JSON.stringify(two)), two);
  assert.deepEqual(parseTabs('{"groups":[{"paths":["a"]},{"paths":[]},{"paths":["c"]}],"focused":1}'), { groups: [{ paths: ["a"], active: undefined }], focused: 0 });
  for (const text of [undefined, "", "[", "null", "7", '{"groups":7}', '{"groups":[null,3]}', '{"paths":[1,null]}']) assert.deepEqual(parseTabs(text), { groups: [], focused: 0 });
});
