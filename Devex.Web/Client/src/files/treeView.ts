import { element } from "../layout/dom.js";
import { type Naming, nameField } from "./nameField.js";
import { folderOf } from "./paths.js";
import { treeKey } from "./treeKeys.js";
import { isFolder, type TreeModel, type TreeRow } from "./treeModel.js";
import { treeRow, updateRow } from "./treeRow.js";

export interface TreeViewOptions {
  model: TreeModel;
  mayEdit: () => boolean;
  open: (path: string, focus: boolean) => void;
  unfold: (path: string) => void;
  fold: (path: string) => void;
  menu: (path: string | undefined, x: number, y: number) => void;
  remove: (path: string) => void;
  move: (from: string, folder: string) => void;
  drop: (folder: string, transfer: DataTransfer) => void;
}

const dragType = "application/x-devex-path";

/** The tree as rows: only those in sight are in the page. One tab stop; the active row is told by aria-activedescendant. */
export class TreeView {
  readonly element: HTMLElement;
  readonly #list = element("div", { class: "dx-tree-rows", attributes: { role: "presentation" } });
  readonly #options: TreeViewOptions;
  #rows: TreeRow[] = [];
  // A row that did not change stays the same element: a click is only one when it ends on the element where it began.
  #shown = new Map<string, { made: HTMLElement; key: string }>();
  #active: string | undefined;
  #naming: Naming | undefined;
  #field: HTMLElement | undefined;
  #dropFolder: string | undefined;
  #typed = "";
  #typedAt = 0;
  #frame = 0;
  #revealed: string | undefined;

  constructor(options: TreeViewOptions) {
    this.#options = options;
    this.element = element("div", {
      class: "dx-tree", attributes: { role: "tree", tabindex: 0, "aria-label": "Files", "data-testid": "file-tree" },
      on: {
        scroll: () => this.#schedule(),
        keydown: (event) => this.#key(event),
        focus: () => {
          this.#active ??= this.#rows[0]?.path;
          this.#schedule();
        },
        click: (event) => this.#click(event),
        contextmenu: (event) => {
          event.preventDefault();
          const path = pathAt(event);
          if (path !== undefined) this.select(path);
          this.#options.menu(path, event.clientX, event.clientY);
        },
        dragstart: (event) => {
          const path = pathAt(event);
          if (path === undefined || !this.#options.mayEdit()) event.preventDefault();
          else event.dataTransfer?.setData(dragType, path);
        },
        dragover: (event) => this.#over(event),
        dragleave: (event) => {
          if (!this.element.contains(event.relatedTarget as Node | null)) this.#mark(undefined);
        },
        dragend: () => this.#mark(undefined),
        drop: (event) => this.#dropped(event),
      },
    }, this.#list);
    new ResizeObserver(() => this.#schedule()).observe(this.element);
  }

  get active(): string | undefined {
    return this.#active;
  }

  /** The folder that new things go to: the active one, or that of the active file. */
  get folder(): string {
    if (this.#active === undefined) return "";
    const entry = this.#options.model.find(this.#active);
    if (!entry) return "";
    return isFolder(entry) ? this.#active : folderOf(this.#active);
  }

  refresh(): void {
    const at = this.#rows.findIndex((row) => row.path === this.#active);
    this.#rows = this.#options.model.rows();
    if (this.#active !== undefined && !this.#rows.some((row) => row.path === this.#active)) {
      // The one that took its place.
      this.#active = this.#rows[Math.min(Math.max(at, 0), this.#rows.length - 1)]?.path;
    }
    if (this.#revealed !== undefined && this.#rows.some((row) => row.path === this.#revealed)) {
      const path = this.#revealed;
      this.#revealed = undefined;
      this.select(path);
    }
    this.#schedule();
  }

  select(path: string): void {
    this.#active = path;
    const at = this.#rows.findIndex((row) => row.path === path);
    if (at < 0) this.#revealed = path;
    else this.#scrollTo(at);
    this.#schedule();
  }

  /** Asks for a name in place; undefined when the person thought better of it. */
  name(at: string, folder: string, kind: "file" | "folder", rename: boolean): Promise<string | undefined> {
    this.#naming?.done(undefined);
    return new Promise((resolve) => {
      this.#naming = {
        at, folder, kind, rename,
        done: (name) => {
          this.#naming = undefined;
          this.#field?.remove();
          this.#field = undefined;
          this.#schedule();
          this.element.focus({ preventScroll: true });
          resolve(name);
        },
      };
      const index = this.#rows.findIndex((row) => row.path === at);
      if (index >= 0) this.#scrollTo(index);
      this.#render();
      const input = this.#field?.querySelector("input");
      input?.focus();
      if (rename && input) {
        const dot = input.value.lastIndexOf(".");
        input.setSelectionRange(0, kind === "file" && dot > 0 ? dot : input.value.length);
      }
    });
  }

  focus(): void {
    this.element.focus();
  }

  get #height(): number {
    return matchMedia("(pointer: coarse)").matches ? 36 : 26;
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render(): void {
    const height = this.#height;
    const naming = this.#naming;
    // The field of a new entry takes a row of its own below its folder.
    const gap = naming && !naming.rename ? this.#rows.findIndex((row) => row.path === naming.at) + 1 : undefined;
    const count = this.#rows.length + (gap === undefined ? 0 : 1);
    this.#list.style.height = `${count * height}px`;
    const first = Math.max(0, Math.floor(this.element.scrollTop / height) - 10);
    const last = Math.min(this.#rows.length, first + Math.ceil(this.element.clientHeight / height) + 20);
    const shown: HTMLElement[] = [];
    const kept = new Map<string, { made: HTMLElement; key: string }>();
    for (let i = first; i < last; i++) {
      const row = this.#rows[i];
      if (!row) continue;
      const top = (i + (gap !== undefined && i >= gap ? 1 : 0)) * height;
      if (naming?.rename && naming.at === row.path) shown.push(this.#nameField(row.level, top, row.entry.name, naming));
      else {
        const key = this.#keyOf(row, i);
        const before = this.#shown.get(row.path);
        const made = before?.made ?? treeRow(row, i, row.path === this.#active, row.path === this.#dropFolder);
        if (before && before.key !== key) updateRow(made, row, i, row.path === this.#active, row.path === this.#dropFolder);
        made.style.top = `${top}px`;
        kept.set(row.path, { made, key });
        shown.push(made);
      }
    }
    this.#shown = kept;
    if (naming && gap !== undefined) {
      const level = naming.folder === "" ? 1 : (this.#rows[gap - 1]?.level ?? 0) + 1;
      shown.push(this.#nameField(level, gap * height, "", naming));
    }
    // Positions are absolute, so that order in the page does not matter to the eye; what is in place is not touched.
    const wanted = new Set<Element>(shown);
    for (const child of [...this.#list.children]) if (!wanted.has(child)) child.remove();
    for (const row of shown) if (!row.isConnected) this.#list.append(row);
    const active = this.#rows.findIndex((row) => row.path === this.#active);
    if (active >= first && active < last) this.element.setAttribute("aria-activedescendant", `dx-tree-${active}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  #keyOf(row: TreeRow, index: number): string {
    return JSON.stringify([index, row, row.path === this.#active, row.path === this.#dropFolder]);
  }

  #nameField(level: number, top: number, initial: string, naming: Naming): HTMLElement {
    this.#field ??= nameField(initial, naming, (path) => this.#options.model.has(path), () => this.#naming === naming);
    this.#field.style.top = `${top}px`;
    this.#field.style.setProperty("--dx-level", String(level - 1));
    return this.#field;
  }

  #click(event: MouseEvent): void {
    if (this.#field?.contains(event.target as Node)) return;
    const path = pathAt(event);
    if (path === undefined) return;
    this.#active = path;
    this.#act(path, false);
    this.#schedule();
  }

  #act(path: string, focus: boolean): void {
    const entry = this.#options.model.find(path);
    if (!entry) return;
    if (!isFolder(entry)) this.#options.open(path, focus);
    else if (this.#options.model.expanded.has(path)) this.#options.fold(path);
    else this.#options.unfold(path);
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== this.element || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#rows.findIndex((row) => row.path === this.#active);
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#height) - 1);
    const command = treeKey(event, this.#rows, at, page);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    const edits = this.#options.mayEdit();
    switch (command.kind) {
      case "select": this.select(command.path); break;
      case "unfold": this.#options.unfold(command.path); break;
      case "fold": this.#options.fold(command.path); break;
      case "act": this.#act(command.path, command.focus); break;
      case "rename": if (edits) this.element.dispatchEvent(new CustomEvent("devex:rename", { detail: command.path })); break;
      case "remove": if (edits) this.#options.remove(command.path); break;
      case "menu": this.#menuAt(at); break;
      case "type": this.#type(command.key, at); break;
      case "nothing": break;
    }
  }

  #menuAt(at: number): void {
    const row = this.#rows[at];
    const box = this.element.getBoundingClientRect();
    this.#options.menu(row?.path, box.left + 32, box.top + (at + 1) * this.#height - this.element.scrollTop);
  }

  #type(key: string, at: number): void {
    const now = Date.now();
    this.#typed = (now - this.#typedAt > 800 ? "" : this.#typed) + key.toLowerCase();
    this.#typedAt = now;
    const start = this.#typed.length === 1 ? at + 1 : at;
    const found = [...this.#rows.slice(start), ...this.#rows.slice(0, start)].find((row) => row.entry.name.toLowerCase().startsWith(this.#typed));
    if (found) this.select(found.path);
  }

  #scrollTo(at: number): void {
    const height = this.#height;
    if (at * height < this.element.scrollTop) this.element.scrollTop = at * height;
    else if ((at + 1) * height > this.element.scrollTop + this.element.clientHeight) this.element.scrollTop = (at + 1) * height - this.element.clientHeight;
  }

  #folderAt(event: DragEvent): string {
    const path = pathAt(event);
    if (path === undefined) return "";
    const entry = this.#options.model.find(path);
    return entry && isFolder(entry) ? path : folderOf(path);
  }

  #over(event: DragEvent): void {
    const types = event.dataTransfer?.types ?? [];
    if (!this.#options.mayEdit() || !(types.includes(dragType) || types.includes("Files"))) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = types.includes("Files") ? "copy" : "move";
    this.#mark(this.#folderAt(event));
  }

  #dropped(event: DragEvent): void {
    event.preventDefault();
    const folder = this.#folderAt(event);
    this.#mark(undefined);
    const transfer = event.dataTransfer;
    if (!transfer || !this.#options.mayEdit()) return;
    const from = transfer.getData(dragType);
    if (from === "") this.#options.drop(folder, transfer);
    else if (folderOf(from) !== folder && folder !== from && !`${folder}/`.startsWith(`${from}/`)) this.#options.move(from, folder);
  }

  #mark(folder: string | undefined): void {
    if (folder === this.#dropFolder) return;
    this.#dropFolder = folder;
    this.element.classList.toggle("dx-drop", folder === "");
    this.#schedule();
  }
}

function pathAt(event: Event): string | undefined {
  return (event.target as Element | null)?.closest<HTMLElement>("[data-path]")?.dataset.path;
}
