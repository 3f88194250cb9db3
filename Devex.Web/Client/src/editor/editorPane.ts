import { runScopeHandlers } from "@codemirror/view";
import { confirm } from "../layout/dialog.js";
import { bytes, element, isMac, plain } from "../layout/dom.js";
import type { ExtraKey } from "../layout/keyRow.js";
import { remembered } from "../layout/storage.js";
import { worst, type SaveState } from "../documents/saveState.js";
import { encodePath, folderOf, isWithin, moved, nameOf } from "../files/paths.js";
import { ErrorCodes } from "../protocol/errorCodes.js";
import type { SavesState } from "../protocol/saves.js";
import type { SessionInstant } from "../protocol/session.js";
import { RpcError } from "../session/jsonRpc.js";
import type { Session } from "../session/session.js";
import { reasonWords } from "../status/saves.js";
import type { Theme } from "../workbench/config.js";
import { ImageTab, imageType, NoteTab } from "./noteTab.js";
import { TabBar } from "./tabBar.js";
import { TextTab } from "./textTab.js";

export type EditorTab = TextTab | NoteTab | ImageTab;

const largestImage = 20_000_000;

interface EditorPaneOptions {
  session: Session;
  replId: string;
  theme: Theme;
  cspNonce: string | undefined;
  mayEdit: () => boolean;
  colourOf: (user: string) => number;
  download: (path: string) => void;
  /** Anything that header or status bar show. */
  changed: () => void;
  /** A file was opened or brought to the front. */
  shown: (path: string) => void;
}

/** The open files: a tab each, one shown. */
export class EditorPane {
  readonly element: HTMLElement;
  readonly #options: EditorPaneOptions;
  readonly #bar: TabBar;
  readonly #content = element("div", { class: "dx-editor-content", attributes: { role: "tabpanel" } });
  readonly #welcome: HTMLElement;
  readonly #clientId = randomId();
  readonly #opening = new Map<string, Promise<EditorTab | undefined>>();
  #tabs: EditorTab[] = [];
  #active: EditorTab | undefined;
  #theme: Theme;
  #savedAsOf: SessionInstant | undefined;
  #notice = element("div", { class: "dx-file-notice", attributes: { role: "status", hidden: true } });

  constructor(options: EditorPaneOptions) {
    this.#options = options;
    this.#theme = options.theme;
    this.#bar = new TabBar({
      label: "Open files",
      select: (key) => this.#activate(this.#byKey(key), true),
      close: (key) => void this.close(this.#byKey(key)),
      reorder: (from, before) => this.#reorder(from, before),
    });
    this.#welcome = welcome();
    this.element = element("section", { class: "dx-editor", attributes: { "aria-label": "Editor" } }, this.#bar.element, this.#notice, this.#content);
    this.#render();
  }

  get active(): EditorTab | undefined {
    return this.#active;
  }

  /** The state of the file that is worst off; undefined when nothing is open. */
  get saveState(): SaveState | undefined {
    return worst(this.#tabs.flatMap((tab) => tab.saveState ?? []));
  }

  /** Edits that only this tab of the browser holds. */
  get unacknowledged(): number {
    return this.#tabs.reduce((sum, tab) => sum + (tab.kind === "text" ? tab.client.pending : 0), 0);
  }

  get text(): string | undefined {
    return this.#active?.kind === "text" ? this.#active.view.state.doc.toString() : undefined;
  }

  async open(path: string, focus = true): Promise<void> {
    let tab = this.#tabs.find((t) => t.path === path);
    if (!tab) {
      const opening = this.#opening.get(path) ?? this.#load(path).finally(() => this.#opening.delete(path));
      this.#opening.set(path, opening);
      tab = await opening;
      if (tab && !this.#tabs.includes(tab)) this.#tabs.push(tab);
    }
    if (tab) this.#activate(tab, focus);
  }

  /** What was open in this browser the last time, or else the REPL's own first file. */
  async openRemembered(otherwise: string | undefined): Promise<void> {
    const kept = remembered.get(`tabs.${this.#options.replId}`);
    let paths: string[] = [];
    let active: string | undefined;
    try {
      const parsed = kept ? (JSON.parse(kept) as { paths?: unknown; active?: unknown }) : {};
      paths = Array.isArray(parsed.paths) ? parsed.paths.filter((p): p is string => typeof p === "string").slice(0, 20) : [];
      active = typeof parsed.active === "string" ? parsed.active : undefined;
    } catch {
      // Somebody else's value.
    }
    if (paths.length === 0 && otherwise !== undefined) paths = [otherwise];
    for (const path of paths) {
      // What is gone since is not worth a message.
      if (await this.#options.session.request("files.stat", { path }).then(() => true, () => false)) await this.open(path, false);
    }
    const wanted = this.#tabs.find((tab) => tab.path === active);
    if (wanted) this.#activate(wanted, false);
  }

  async close(tab = this.#active): Promise<void> {
    if (!tab) return;
    if (tab.kind === "text" && tab.client.pending > 0 && !await confirm({
      title: "Close with unsent edits?", action: "Close and lose them", danger: true,
      detail: `${nameOf(tab.path)} has edits that have not reached the session. They are kept only while its tab is open.`,
    })) return;
    const at = this.#tabs.indexOf(tab);
    if (at < 0) return;
    this.#tabs.splice(at, 1);
    tab.dispose();
    if (this.#active === tab) this.#activate(this.#tabs[at] ?? this.#tabs[at - 1], true);
    else this.#render();
    this.#remember();
    this.#options.changed();
  }

  step(by: number): void {
    if (!this.#active || this.#tabs.length < 2) return;
    const at = (this.#tabs.indexOf(this.#active) + by + this.#tabs.length) % this.#tabs.length;
    this.#activate(this.#tabs[at], true);
  }

  focus(): void {
    if (this.#active?.kind === "text") this.#active.view.focus();
    else this.#bar.focus();
  }

  /** A key of the row of extra keys. */
  press(key: ExtraKey): void {
    if (this.#active?.kind !== "text") return;
    const { view } = this.#active;
    view.focus();
    runScopeHandlers(view, new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }), "editor");
  }

  /** A file or folder was renamed by this person; documents hear of it from `serve`. */
  renamed(from: string, to: string): void {
    for (const tab of this.#tabs) {
      if (tab.kind !== "text" && isWithin(tab.path, from)) tab.path = moved(tab.path, from, to);
    }
    this.#render();
  }

  /** Closes what shows a file that this person deleted. */
  deleted(path: string): void {
    for (const tab of [...this.#tabs]) {
      if (isWithin(tab.path, path) && !(tab.kind === "text" && tab.client.pending > 0)) void this.close(tab);
    }
  }

  saved(asOf: SessionInstant | null | undefined): void {
    if (!asOf) return;
    this.#savedAsOf = asOf;
    for (const tab of this.#tabs) if (tab.kind === "text") tab.client.saved(asOf);
  }

  /** What the saver says; null takes nothing back. */
  looked(state: SavesState): void {
    if (!state.asOf || state.state === "ended") return;
    const notKept = new Map((state.notKept ?? []).map((file) => [file.path, reasonWords(file.reason)]));
    for (const tab of this.#tabs) if (tab.kind === "text") tab.client.looked(state.asOf, notKept.get(`workspace/${tab.path}`));
  }

  setMayEdit(mayEdit: boolean): void {
    for (const tab of this.#tabs) if (tab.kind === "text") tab.setMayEdit(mayEdit);
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    for (const tab of this.#tabs) if (tab.kind === "text") tab.setTheme(theme);
  }

  layout(): void {
    if (this.#active?.kind === "text") this.#active.view.requestMeasure();
  }

  dispose(): void {
    for (const tab of this.#tabs) tab.dispose();
    this.#tabs = [];
  }

  async #load(path: string): Promise<EditorTab | undefined> {
    const { session } = this.#options;
    const type = imageType(path);
    if (type !== undefined) return this.#loadImage(path, type);
    try {
      const opened = await session.request("documents.open", { path });
      const tab = new TextTab(opened, {
        session, clientId: this.#clientId, theme: this.#theme, cspNonce: this.#options.cspNonce, mayEdit: this.#options.mayEdit(),
        colourOf: this.#options.colourOf, changed: () => this.#changed(),
      });
      if (this.#savedAsOf) tab.client.saved(this.#savedAsOf);
      return tab;
    } catch (error) {
      return this.#unopened(path, error);
    }
  }

  async #loadImage(path: string, type: string): Promise<EditorTab> {
    const { session } = this.#options;
    try {
      const entry = await session.request("files.stat", { path });
      if (entry.size > largestImage) return this.#note(path, "Too large to show", `This picture has ${bytes(entry.size)}.`);
      const response = await session.fetch(`files/${encodePath(path)}`);
      if (!response.ok) throw new Error(`The session answered ${response.status}.`);
      return new ImageTab(path, new Blob([await response.arrayBuffer()], { type }));
    } catch (error) {
      return this.#unopened(path, error);
    }
  }

  #unopened(path: string, error: unknown): NoteTab {
    const code = error instanceof RpcError ? error.code : undefined;
    if (code === ErrorCodes.wrongKind) return this.#note(path, "Not a text file", "It holds bytes that are not text, so it is not shown here.");
    if (code === ErrorCodes.tooLarge) return this.#note(path, "Too large to edit here", "Open it in the terminal, or download it.");
    if (code === ErrorCodes.notFound) return this.#note(path, "Not there", "This file was moved or deleted.", false);
    return this.#note(path, "Could not be opened", error instanceof Error ? error.message : String(error), false);
  }

  #note(path: string, title: string, detail: string, download = true): NoteTab {
    const again = {
      label: "Try again",
      run: () => {
        const tab = this.#tabs.find((t) => t.path === path);
        void this.close(tab).then(() => this.open(path));
      },
    };
    return new NoteTab(path, title, detail, download ? [{ label: "Download", run: () => this.#options.download(path) }] : [again]);
  }

  #byKey(key: string): EditorTab | undefined {
    return this.#tabs.find((tab) => tab.path === key);
  }

  #reorder(key: string, before: string | undefined): void {
    const tab = this.#byKey(key);
    if (!tab || key === before) return;
    this.#tabs = this.#tabs.filter((t) => t !== tab);
    const at = before === undefined ? this.#tabs.length : this.#tabs.findIndex((t) => t.path === before);
    this.#tabs.splice(at, 0, tab);
    this.#render();
    this.#remember();
  }

  #activate(tab: EditorTab | undefined, focus: boolean): void {
    this.#active = tab;
    this.#render();
    if (tab?.kind === "text") {
      tab.view.requestMeasure();
      if (focus) tab.view.focus();
    }
    if (tab) this.#options.shown(tab.path);
    this.#remember();
    this.#options.changed();
  }

  #changed(): void {
    this.#render();
    this.#options.changed();
  }

  #render(): void {
    const names = new Map<string, number>();
    for (const tab of this.#tabs) names.set(nameOf(tab.path), (names.get(nameOf(tab.path)) ?? 0) + 1);
    this.#bar.render(this.#tabs.map((tab) => ({
      key: tab.path,
      label: plain(nameOf(tab.path), 60),
      // Two files of one name are told apart by their folder.
      detail: (names.get(nameOf(tab.path)) ?? 0) > 1 ? plain(folderOf(tab.path) || "/", 40) : undefined,
      title: plain(tab.path, 500),
      mark: mark(tab.saveState),
      selected: tab === this.#active,
    })));
    const shown = this.#active?.kind === "text" ? this.#active.view.dom : (this.#active?.element ?? this.#welcome);
    if (this.#content.firstChild !== shown) this.#content.replaceChildren(shown);
    this.#showNotice();
  }

  #showNotice(): void {
    const tab = this.#active;
    let text = "";
    let restore: (() => void) | undefined;
    if (tab?.kind === "text") {
      if (tab.client.deleted) {
        text = "This file was deleted. Its text is still here.";
        restore = () => void tab.restore();
      } else if (tab.client.readOnly !== undefined) text = tab.client.readOnly;
      else if (tab.saveState.kind === "failed") text = tab.saveState.text;
    }
    if (this.#notice.dataset.text === text) return;
    this.#notice.dataset.text = text;
    this.#notice.hidden = text === "";
    this.#notice.replaceChildren(element("span", { text: plain(text, 300) }));
    if (restore && this.#options.mayEdit()) {
      this.#notice.append(element("button", { class: "dx-button", text: "Save it again", attributes: { type: "button" }, on: { click: restore } }));
    }
  }

  #remember(): void {
    remembered.set(`tabs.${this.#options.replId}`, JSON.stringify({ paths: this.#tabs.map((tab) => tab.path), active: this.#active?.path }));
  }
}

function mark(state: SaveState | undefined): { kind: string; text: string } | undefined {
  if (!state || state.kind === "s3" || state.kind === "readOnly") return undefined;
  return { kind: state.kind, text: state.kind === "disk" && state.text === "Saved" ? "Saved on this machine, not yet in S3" : state.text };
}

function welcome(): HTMLElement {
  const mod = isMac ? "⌘" : "Ctrl";
  const rows: [string, string][] = [
    ["Open a file", "↑ ↓ Enter in the tree"], ["Find in the file", `${mod} F`], ["Run", `${mod} Enter`], ["Show the terminal", `${mod} J`], ["All keys", "F1"],
  ];
  return element("div", { class: "dx-welcome", attributes: { "data-testid": "welcome" } },
    element("h2", { text: "Nothing is open" }),
    element("p", { class: "dx-muted", text: "Pick a file on the left, or make one." }),
    element("dl", {}, ...rows.flatMap(([what, keys]) => [element("dt", { text: what }), element("dd", {}, element("kbd", { text: keys }))])));
}

/** 16 characters that no other page has. */
function randomId(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => alphabet[byte % alphabet.length]).join("");
}
