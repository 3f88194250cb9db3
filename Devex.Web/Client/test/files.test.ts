import assert from "node:assert/strict";
import { test } from "node:test";
import { Text } from "@codemirror/state";
import { indentationOf } from "../src/editor/indentation.js";
import { languageOf } from "../src/editor/languages.js";
import { compareNames, copyName, encodePath, folderOf, isWithin, join, moved, nameOf, nameProblem } from "../src/files/paths.js";
import { treeKey } from "../src/files/treeKeys.js";
import { TreeModel, type TreeRow } from "../src/files/treeModel.js";
import { duration, plain } from "../src/layout/dom.js";
import type { FileEntry, FileKind } from "../src/protocol/files.js";

const entry = (name: string, kind: FileKind = "file"): FileEntry => ({ name, kind, size: 0, modifiedAt: 0, mode: 420 });

test("Paths come apart and together", () => {
  assert.equal(nameOf("a/b/c.ts"), "c.ts");
  assert.equal(nameOf("c.ts"), "c.ts");
  assert.equal(folderOf("a/b/c.ts"), "a/b");
  assert.equal(folderOf("c.ts"), "");
  assert.equal(join("", "a"), "a");
  assert.equal(join("a", "b"), "a/b");
});

test("A path is within its folder and not within one that merely begins alike", () => {
  assert.ok(isWithin("src/a", "src"));
  assert.ok(isWithin("src", "src"));
  assert.ok(isWithin("anything", ""));
  assert.ok(!isWithin("src2/a", "src"));
  assert.equal(moved("src/a/b.ts", "src/a", "lib"), "lib/b.ts");
  assert.equal(moved("src2/a", "src", "lib"), "src2/a");
});

test("Signs that mean something in addresses stay part of names", () => {
  assert.equal(encodePath("a b/c#d?e%f/ü"), "a%20b/c%23d%3Fe%25f/%C3%BC");
});

test("Names that cannot be say why", () => {
  const free = () => false;
  for (const bad of ["", "/a", "a/", "a//b", ".", "..", "a/../b", "a\u0000b", "a\nb", "x".repeat(256), "é".repeat(128), ".devex-a"]) assert.ok(nameProblem(bad, free), bad);
  for (const good of ["a", ".env", "a b", "src/new.ts", "x".repeat(255), "...", "日本"]) assert.equal(nameProblem(good, free), undefined, good);
  assert.ok(nameProblem("a", () => true)?.includes("exists"));
});

test("A copy takes the next free name and keeps its extension", () => {
  const taken = new Set(["main copy.ts", "main copy 2.ts"]);
  assert.equal(copyName("main.ts", (name) => taken.has(name)), "main copy 3.ts");
  assert.equal(copyName(".env", () => false), ".env copy");
  assert.equal(copyName("Makefile", () => false), "Makefile copy");
});

test("Names are in the order that people expect", () => {
  assert.deepEqual(["b", "file10", "A", "file2", "a"].toSorted(compareNames), ["A", "a", "b", "file2", "file10"]);
});

test("The tree shows folders first and what is unfolded", () => {
  const tree = new TreeModel();
  tree.setFolder("", [entry("b.txt"), entry("src", "folder"), entry("a.txt"), { ...entry("link", "link"), targetKind: "folder" }]);
  assert.deepEqual(tree.rows().map((row) => row.path), ["link", "src", "a.txt", "b.txt"]);
  tree.expanded.add("src");
  tree.setFolder("src", [entry("main.ts"), entry("lib", "folder")]);
  assert.deepEqual(tree.rows().map((row) => [row.path, row.level]), [["link", 1], ["src", 1], ["src/lib", 2], ["src/main.ts", 2], ["a.txt", 1], ["b.txt", 1]]);
});

test("Only the loaded folders that changed are listed again, and a deleted folder is forgotten", () => {
  const tree = new TreeModel();
  tree.setFolder("", [entry("src", "folder")]);
  tree.setFolder("src", [entry("a")]);
  assert.deepEqual(tree.affected([{ path: "src/a", change: "changed" }, { path: "other/x/y", change: "created" }]), ["src"]);
  assert.deepEqual(tree.affected([{ path: "src", change: "deleted" }]), [""]);
  assert.ok(!tree.isLoaded("src"));
});

test("A renamed folder stays unfolded with what is known of it", () => {
  const tree = new TreeModel();
  tree.setFolder("", [entry("src", "folder")]);
  tree.setFolder("src", [entry("lib", "folder")]);
  tree.expanded.add("src").add("src/lib");
  tree.rename("src", "code");
  assert.deepEqual([...tree.expanded].sort(), ["code", "code/lib"]);
  assert.ok(tree.isLoaded("code") && !tree.isLoaded("src"));
});

test("Five thousand entries make five thousand rows quickly", () => {
  const tree = new TreeModel();
  tree.setFolder("", Array.from({ length: 5000 }, (_, i) => entry(`file${i}.txt`)));
  const began = performance.now();
  assert.equal(tree.rows().length, 5000);
  assert.ok(performance.now() - began < 200);
});

test("Indentation follows the file, then its language", () => {
  const text = (content: string) => Text.of(content.split("\n"));
  assert.equal(indentationOf("a.js", text("a {\n   b {\n      c\n   }\n}")), "   ");
  assert.equal(indentationOf("a.js", text("a\n\tb\n\tc")), "\t");
  assert.equal(indentationOf("a.py", text("")), "    ");
  assert.equal(indentationOf("Makefile", text("all:")), "\t");
  assert.equal(indentationOf("a.ts", text("")), "  ");
});

test("Languages are known by name", () => {
  assert.equal(languageOf("main.ts")?.name, "TypeScript");
  assert.equal(languageOf("app.csproj")?.name, "XML");
  assert.equal(languageOf("Dockerfile")?.name, "Dockerfile");
  assert.equal(languageOf("Program.cs")?.name, "C#");
  assert.equal(languageOf("unknown.zzz"), undefined);
});

test("Labels are cleared of control characters and direction overrides", () => {
  assert.equal(plain("a\u202egpj.exe"), "a\ufffdgpj.exe");
  assert.equal(plain("line\nbreak"), "line\ufffdbreak");
  assert.equal(plain("x".repeat(300), 10).length, 10);
});

test("Keys move through the tree as trees are moved through, and do nothing past its ends", () => {
  const folder = { name: "lib", kind: "folder" } as FileEntry;
  const file = (name: string) => ({ name, kind: "file" }) as FileEntry;
  const row = (path: string, entry: FileEntry, expanded = false): TreeRow => ({ path, entry, level: 1, expanded, position: 1, siblings: 1 });
  const rows = [row("lib", folder, true), row("lib/a.js", file("a.js")), row("shut", { ...folder, name: "shut" }), row("z.js", file("z.js"))];
  const key = (name: string, at: number, shiftKey = false) => treeKey({ key: name, shiftKey }, rows, at, 2);
  assert.deepEqual(key("ArrowDown", 0), { kind: "select", path: "lib/a.js" });
  assert.deepEqual(key("ArrowDown", 3), { kind: "select", path: "z.js" });
  assert.deepEqual(key("ArrowUp", 0), { kind: "select", path: "lib" });
  assert.deepEqual(key("PageDown", 0), { kind: "select", path: "shut" });
  assert.deepEqual(key("End", 0), { kind: "select", path: "z.js" });
  assert.deepEqual(key("ArrowRight", 0), { kind: "select", path: "lib/a.js" });
  assert.deepEqual(key("ArrowRight", 2), { kind: "unfold", path: "shut" });
  assert.deepEqual(key("ArrowRight", 3), { kind: "nothing" });
  assert.deepEqual(key("ArrowLeft", 0), { kind: "fold", path: "lib" });
  assert.deepEqual(key("ArrowLeft", 1), { kind: "select", path: "lib" });
  assert.deepEqual(key("ArrowLeft", 3), { kind: "nothing" });
  assert.deepEqual(key("Enter", 1), { kind: "act", path: "lib/a.js", focus: true });
  assert.deepEqual(key("F2", 1), { kind: "rename", path: "lib/a.js" });
  assert.deepEqual(key("Delete", 1), { kind: "remove", path: "lib/a.js" });
  assert.deepEqual(key("F10", 1, true), { kind: "menu" });
  assert.equal(key("F10", 1), undefined);
  assert.equal(key("?", 1), undefined, "it shows the keys");
  assert.deepEqual(key("x", 1), { kind: "type", key: "x" });
  assert.deepEqual(treeKey({ key: "Enter", shiftKey: false }, [], -1, 2), { kind: "nothing" });
});

test("A duration is rounded before it is taken apart", () => {
  const words = [0, 80.6, 999.4, 999.6, 1449, 59_949, 59_960, 119_700, 3_600_000].map(duration);
  assert.deepEqual(words, ["0 ms", "81 ms", "999 ms", "1.0 s", "1.4 s", "59.9 s", "1 min 0 s", "2 min 0 s", "60 min 0 s"]);
});
