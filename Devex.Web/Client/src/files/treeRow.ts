import { element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { fileIcon } from "./fileIcons.js";
import { nameOf } from "./paths.js";
import { isFolder, type TreeRow } from "./treeModel.js";

/** One file or folder as a row of the tree. */
export function treeRow(row: TreeRow, index: number, active: boolean, drop: boolean): HTMLElement {
  const made = element("div", {
    attributes: {
      role: "treeitem", draggable: "true", "data-path": row.path, "data-testid": `file:${row.path}`,
    },
  });
  made.style.setProperty("--dx-level", String(row.level - 1));
  updateRow(made, row, index, active, drop);
  return made;
}

/** Brings a row up to date in place: one that is being dragged or clicked must stay in the page. */
export function updateRow(made: HTMLElement, row: TreeRow, index: number, active: boolean, drop: boolean): void {
  const folder = isFolder(row.entry);
  made.className = `dx-tree-row${drop ? " dx-drop" : ""}${row.entry.name.startsWith(".") ? " dx-hidden-file" : ""}`;
  made.id = `dx-tree-${index}`;
  made.title = tip(row);
  made.ariaLevel = String(row.level);
  made.ariaSetSize = String(row.siblings);
  made.ariaPosInSet = String(row.position);
  made.ariaSelected = String(active);
  made.ariaExpanded = folder ? String(row.expanded) : null;
  const looks = `${row.entry.kind} ${folder} ${row.expanded}`;
  if (made.dataset.looks === looks) return;
  made.dataset.looks = looks;
  made.replaceChildren(
    element("span", { class: "dx-tree-chevron" }, ...(folder ? [icon("chevron", 14)] : [])),
    icon(fileIcon(row.entry, row.expanded), 16),
    element("span", { class: "dx-tree-name", text: plain(row.entry.name, 300) }));
}

function tip({ path, entry }: TreeRow): string {
  const link = entry.kind === "link" ? ` → ${entry.target ?? "nowhere"}` : "";
  return plain(nameOf(path) === path && link === "" ? path : path + link, 600);
}
