import { confirm } from "../layout/dialog.js";
import { button, element, plain } from "../layout/dom.js";
import { EarlyKeys } from "../layout/earlyKeys.js";
import { icon } from "../layout/icons.js";
import { showMenu, type MenuItem } from "../layout/menu.js";
import type { Toasts } from "../layout/toasts.js";
import { ConnectionLost } from "../session/jsonRpc.js";
import type { Session } from "../session/session.js";
import { dropped, type UploadItem } from "./dropped.js";
import { copyName, folderOf, join, moved, nameOf } from "./paths.js";
import { isFolder, TreeModel } from "./treeModel.js";
import { TreeView } from "./treeView.js";
import { UploadStrip } from "./uploadStrip.js";

interface FilesPanelOptions {
  session: Session;
  toasts: Toasts;
  mayEdit: () => boolean;
  /** `typed`: what is to go into the file, and with it what is typed until it is open. */
  open: (path: string, focus: boolean, typed?: string) => void;
  renamed: (from: string, to: string) => void;
  deleted: (path: string) => void;
}

/** The side panel with the workspace's files, and all that can be done to them. */
export class FilesPanel {
  readonly element: HTMLElement;
  readonly #options: FilesPanelOptions;
  readonly #model = new TreeModel();
  readonly #view: TreeView;
  readonly #state = element("div", { class: "dx-panel-state", attributes: { role: "status" } });
  readonly #uploads: UploadStrip;
  readonly #chooser: HTMLInputElement;
  readonly #off: (() => void)[];
  #stale = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #uploadFolder = "";

  constructor(options: FilesPanelOptions) {
    this.#options = options;
    const { session } = options;
    this.#view = new TreeView({
      model: this.#model,
      mayEdit: options.mayEdit,
      // By keyboard, whoever opens a file types into it next.
      open: (path, focus) => options.open(path, focus, focus ? "" : undefined),
      unfold: (path) => void this.#unfold(path),
      fold: (path) => {
        this.#model.expanded.delete(path);
        this.#view.refresh();
      },
      menu: (path, x, y) => this.#menu(path, x, y),
      remove: (path) => void this.#remove(path),
      move: (from, folder) => void this.#rename(from, join(folder, nameOf(from))),
      drop: (folder, transfer) => void this.#upload(folder, dropped(transfer)),
    });
    this.#view.element.addEventListener("devex:rename", (event) => void this.#askRename((event as CustomEvent<string>).detail));
    this.#uploads = new UploadStrip({ session, toasts: options.toasts, came: (folder) => void this.#try(() => this.#list(folder)) });
    this.#chooser = element("input", {
      attributes: { type: "file", multiple: true, hidden: true, "data-testid": "upload-input" },
      on: {
        change: () => {
          const items = [...(this.#chooser.files ?? [])].map((file) => ({ path: file.name, file }));
          this.#chooser.value = "";
          void this.#upload(this.#uploadFolder, Promise.resolve(items));
        },
      },
    });
    const tool = (label: string, name: Parameters<typeof icon>[0], action: () => void, editing = true) =>
      button(label, { class: editing ? "dx-icon-button dx-editing" : "dx-icon-button", icon: icon(name, 16), iconOnly: true, on: { click: action } });
    this.element = element("section", { class: "dx-side-panel", attributes: { "aria-label": "Files" } },
      element("div", { class: "dx-panel-head" },
        element("h2", { text: "Files" }),
        tool("New file", "newFile", () => void this.create("file")),
        tool("New folder", "newFolder", () => void this.create("folder")),
        tool("Upload", "upload", () => this.#chooseUpload(this.#view.folder)),
        tool("Fold all", "collapse", () => {
          this.#model.expanded.clear();
          this.#view.refresh();
        }, false)),
      this.#state, this.#view.element, this.#uploads.element, this.#chooser);
    this.#off = [
      session.on("live", () => void this.#begin()),
      session.on("files.changed", ({ paths, overflow }) => this.#changed(overflow ? this.#model.loaded : this.#model.affected(paths))),
    ];
    this.#skeleton();
  }

  /** Whether files are on their way from this page. */
  get uploading(): boolean {
    return this.#uploads.busy;
  }

  focus(): void {
    this.#view.focus();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#off.forEach((off) => off());
  }

  /** Unfolds the way to a file and marks it. */
  reveal(path: string): void {
    const folders: string[] = [];
    for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) folders.unshift(folder);
    for (const folder of folders) this.#model.expanded.add(folder);
    this.#view.select(path);
    void Promise.all(folders.filter((folder) => !this.#model.isLoaded(folder)).map((folder) => this.#list(folder))).then(() => this.#view.refresh());
  }

  /** Asks for a name in place and makes a file or folder. */
  async create(kind: "file" | "folder", folder = this.#view.folder): Promise<void> {
    if (!this.#options.mayEdit()) return;
    if (folder !== "" && !this.#model.expanded.has(folder)) await this.#unfold(folder);
    const name = await this.#view.name(folder, folder, kind, false);
    if (name === undefined) return;
    const path = join(folder, name);
    // Who goes on typing means the new file.
    const early = kind === "file" ? new EarlyKeys() : undefined;
    await this.#try(async () => {
      await this.#makeParents(folder, name);
      await this.#options.session.request("files.create", { path, kind });
      await this.#list(folder);
      this.reveal(path);
      if (early) this.#options.open(path, early.waiting, early.take());
    });
    early?.take();
  }

  async download(path: string, archive = false): Promise<void> {
    await this.#try(async () => {
      const { url } = await this.#options.session.request("files.link", archive ? { path, archive } : { path });
      const address = this.#options.session.address(url.startsWith("/") ? url : `/${url}`);
      const link = element("a", { attributes: { href: address.href, download: nameOf(path), rel: "noopener" } });
      link.click();
    });
  }

  async #begin(): Promise<void> {
    try {
      await this.#options.session.request("files.watch", {});
      const loaded = this.#model.loaded;
      await Promise.all((loaded.includes("") ? loaded : ["", ...loaded]).map((folder) => this.#list(folder)));
      this.#view.refresh();
    } catch (error) {
      if (!(error instanceof ConnectionLost)) this.#state.textContent = `The files could not be listed: ${String((error as Error).message)}`;
    }
  }

  async #list(folder: string): Promise<void> {
    try {
      const { entries } = await this.#options.session.request("files.list", { path: folder });
      this.#model.setFolder(folder, entries);
      if (folder === "") this.#state.replaceChildren(...(entries.length === 0 ? [element("p", { class: "dx-muted", text: "No files yet." })] : []));
    } catch (error) {
      if (error instanceof ConnectionLost) throw error;
      if (folder === "") throw error;
      this.#model.forget(folder);
    }
    this.#view.refresh();
  }

  #changed(folders: readonly string[]): void {
    for (const folder of folders) this.#stale.add(folder);
    // A build changes hundreds of files a second; each folder is listed again at most ten times.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const again = [...this.#stale];
      this.#stale = new Set();
      for (const folder of again) void this.#list(folder).catch(() => undefined);
    }, 100);
  }

  async #unfold(path: string): Promise<void> {
    this.#model.expanded.add(path);
    if (!this.#model.isLoaded(path)) await this.#try(() => this.#list(path));
    this.#view.refresh();
  }

  #menu(path: string | undefined, x: number, y: number): void {
    const entry = path === undefined ? undefined : this.#model.find(path);
    const folder = path === undefined || !entry ? "" : isFolder(entry) ? path : folderOf(path);
    const edits = this.#options.mayEdit();
    const groups: MenuItem[][] = [];
    if (path !== undefined && entry && !isFolder(entry)) groups.push([{ label: "Open", keys: "Enter", action: () => this.#options.open(path, true) }]);
    if (edits) {
      groups.push([
        { label: "New file", action: () => void this.create("file", folder) },
        { label: "New folder", action: () => void this.create("folder", folder) },
        { label: "Upload here", action: () => this.#chooseUpload(folder) },
      ]);
    }
    if (path !== undefined && entry) {
      const copy = { label: "Copy path", action: () => void navigator.clipboard.writeText(path).catch(() => this.#options.toasts.show("The browser did not allow copying.", "error")) };
      groups.push(edits
        ? [
          { label: "Rename", keys: "F2", action: () => void this.#askRename(path) },
          { label: "Duplicate", action: () => void this.#duplicate(path) },
          copy,
        ]
        : [copy]);
      groups.push([isFolder(entry)
        ? { label: "Download as zip", action: () => void this.download(path, true) }
        : { label: "Download", action: () => void this.download(path) }]);
      if (edits) groups.push([{ label: "Delete", keys: "Delete", danger: true, action: () => void this.#remove(path) }]);
    } else {
      groups.push([{ label: "Download all as zip", action: () => void this.download("", true) }]);
    }
    showMenu(x, y, groups, path === undefined ? "Workspace" : nameOf(path));
  }

  async #askRename(path: string): Promise<void> {
    const entry = this.#model.find(path);
    if (!entry) return;
    const name = await this.#view.name(path, folderOf(path), isFolder(entry) ? "folder" : "file", true);
    if (name !== undefined && name !== nameOf(path)) await this.#rename(path, join(folderOf(path), name));
  }

  async #rename(from: string, to: string): Promise<void> {
    // Before the request: the watcher may tell of the move before the answer does.
    const active = moved(this.#view.active ?? to, from, to);
    await this.#try(async () => {
      await this.#makeParents(folderOf(from), to.slice(folderOf(from) === "" ? 0 : folderOf(from).length + 1));
      await this.#options.session.request("files.rename", { from, to });
      this.#model.rename(from, to);
      this.#options.renamed(from, to);
      await Promise.all([...new Set([folderOf(from), folderOf(to)])].filter((f) => this.#model.isLoaded(f)).map((f) => this.#list(f)));
      this.#view.select(active);
    });
  }

  async #duplicate(path: string): Promise<void> {
    const folder = folderOf(path);
    const to = join(folder, copyName(nameOf(path), (name) => this.#model.has(join(folder, name))));
    await this.#try(async () => {
      await this.#options.session.request("files.copy", { from: path, to });
      await this.#list(folder);
      this.#view.select(to);
    });
  }

  async #remove(path: string): Promise<void> {
    const entry = this.#model.find(path);
    if (!entry) return;
    const folder = entry.kind === "folder";
    const agreed = await confirm({
      title: `Delete ${plain(nameOf(path), 80)}?`, action: "Delete", danger: true,
      detail: folder ? "The folder and everything in it will be deleted." : "The file will be deleted.",
    });
    if (!agreed) return;
    await this.#try(async () => {
      await this.#options.session.request("files.delete", folder ? { path, recursive: true } : { path });
      this.#options.deleted(path);
      this.#model.forget(path);
      await this.#list(folderOf(path));
    });
    this.#view.focus();
  }

  async #makeParents(base: string, relative: string): Promise<void> {
    const parent = folderOf(relative);
    if (parent === "" || this.#model.has(join(base, parent))) return;
    await this.#makeParents(base, parent);
    await this.#options.session.request("files.create", { path: join(base, parent), kind: "folder" }).catch(() => undefined);
  }

  #chooseUpload(folder: string): void {
    this.#uploadFolder = folder;
    this.#chooser.click();
  }

  async #upload(folder: string, gathered: Promise<UploadItem[]>): Promise<void> {
    await this.#try(async () => this.#uploads.add(folder, await gathered));
  }

  async #try(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#options.toasts.error(error instanceof ConnectionLost ? new Error("There is no connection. Nothing was changed.") : error);
    }
  }

  #skeleton(): void {
    this.#state.replaceChildren(...[62, 44, 70, 52, 38].map((width) => {
      const line = element("div", { class: "dx-skeleton" });
      line.style.width = `${width}%`;
      return line;
    }));
  }
}
