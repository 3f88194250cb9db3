import { folderOf } from "./paths.js";
import { isFolder, type TreeRow } from "./treeModel.js";

/** What a key asks of the tree. */
export type TreeCommand =
  | { kind: "select" | "unfold" | "fold" | "rename" | "remove"; path: string }
  | { kind: "act"; path: string; focus: boolean }
  | { kind: "type"; key: string }
  | { kind: "menu" | "nothing" };

/** The keys of a tree (WAI-ARIA Authoring Practices, "Tree View"), F2, Delete and typing ahead; undefined for keys that are not the tree's. */
export function treeKey(event: Pick<KeyboardEvent, "key" | "shiftKey">, rows: readonly TreeRow[], at: number, page: number): TreeCommand | undefined {
  const row = rows[at];
  const select = (to: number): TreeCommand => {
    const next = rows[Math.max(0, Math.min(to, rows.length - 1))];
    return next ? { kind: "select", path: next.path } : { kind: "nothing" };
  };
  const onRow = (command: (row: TreeRow) => TreeCommand): TreeCommand => (row ? command(row) : { kind: "nothing" });
  switch (event.key) {
    case "ArrowDown": return select(at + 1);
    case "ArrowUp": return select(at - 1);
    case "PageDown": return select(at + page);
    case "PageUp": return select(at - page);
    case "Home": return select(0);
    case "End": return select(rows.length - 1);
    case "ArrowRight":
      return onRow(({ entry, expanded, path }) => (!isFolder(entry) ? { kind: "nothing" } : expanded ? select(at + 1) : { kind: "unfold", path }));
    case "ArrowLeft":
      return onRow(({ expanded, path }) => {
        if (expanded) return { kind: "fold", path };
        return folderOf(path) === "" ? { kind: "nothing" } : { kind: "select", path: folderOf(path) };
      });
    case "Enter": return onRow(({ path }) => ({ kind: "act", path, focus: true }));
    case " ": return onRow(({ path }) => ({ kind: "act", path, focus: false }));
    case "F2": return onRow(({ path }) => ({ kind: "rename", path }));
    case "Delete": return onRow(({ path }) => ({ kind: "remove", path }));
    case "ContextMenu": return { kind: "menu" };
    case "F10": return event.shiftKey ? { kind: "menu" } : undefined;
    default: return event.key.length === 1 && event.key !== "?" ? { kind: "type", key: event.key } : undefined;
  }
}
