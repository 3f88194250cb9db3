import { element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { fileIcon } from "./fileIcons.js";
import { nameOf } from "./paths.js";
import { isFolder, type TreeRow } from "./treeModel.js";

/** One file or folder as a row of the tree. */
export function treeRow(row: TreeRow, index: number, active: boolean, drop: boolean): HTMLElement {
  const folder = isFolder(row.entry);
  const made = element("div", {
    class: `dx-tree-row${drop ? " dx-drop" : ""}${row.entry.name.startsWith(".") ? " dx-hidden-file" : ""}`,
    attributes: {
      id: `dx-tree-${index}`, role: "treeitem", "aria-level": row.level, "aria-setsize": row.siblings, "aria-posinset": row.position,
      "aria-selected": active ? "true" : "false", "aria-expanded": folder ? (row.expanded ? "true" : "false") : undefined,
      "data-testid": `file:${row.path}`, draggable: "true", title: tip(row),
    },
  },
  element("span", { class: "dx-tree-chevron" }, ...(folder ? [icon("chevron", 14)] : [])),
  icon(fileIcon(row.entry, row.expanded), 16),
  element("span", { class: "dx-tree-name", text: plain(row.entry.name, 300) }));
  made.dataset.path = row.path;
  made.style.setProperty("--dx-level", String(row.level - 1));
  return made;
}

function tip({ path, entry }: TreeRow): string {
  const link = entry.kind === "link" ? ` → ${entry.target ?? "nowhere"}` : "";
  return plain(nameOf(path) === path && link === "" ? path : path + link, 600);
}
