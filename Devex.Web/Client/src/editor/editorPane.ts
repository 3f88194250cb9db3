import { runScopeHandlers } from "@codemirror/view";
import { confirm } from "../layout/dialog.js";
import { bytes, button, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import type { ExtraKey } from "../layout/keyRow.js";
import type { Draft } from "../documents/draft.js";
import { DraftStore } from "../documents/draftStore.js";
import { reasonOf, receiptOf } from "../documents/receipt.js";
import { worst, type SaveState } from "../documents/saveState.js";
import { encodePath, folderOf, isWithin, moved, nameOf } from "../files/paths.js";
import type { SavedState } from "../protocol/api.js";
import type { SavesState } from "../protocol/saves.js";
import type { Session } from "../session/session.js";
import type { UserSettings } from "../settings/settings.js";
import type { Theme } from "../workbench/config.js";
import type { Comparison, DiffTab } from "./diffTab.js";
import { FileNotice } from "./fileNotice.js";
import type { MarkdownPreview } from "./markdownPreview.js";
import { ImageTab, imageType, NoteTab } from "./noteTab.js";
import { randomId } from "./randomId.js";
import { rememberTabs, rememberedTabs } from "./rememberedTabs.js";
import { TabBar } from "./tabBar.js";
import { type Place, TextTab, type TextTabOptions } from "./textTab.js";
import { whyUnopened } from "./unopened.js";
import { welcome } from "./welcome.js";

export type EditorTab = TextTab | NoteTab | ImageTab | DiffTab;

const largestImage = 20_000_000;
const mostRecent = 50;

interface EditorPaneOptions {
  session: Session;
  replId: string;
  user: string;
  theme: Theme;
  cspNonce: string | undefined;
  settings: () => UserSettings;
  mayEdit: () => boolean;
  colourOf: (user: string) => number;
  download: (path: string) => void;
  help: TextTabOptions["help"];
  /** Anything that header or status bar show. */
  changed: () => void;
  failed: (error: unknown) => void;
  /** A file was opened or brought to the front. */
  shown: (path: string) => void;
}

/** The open files: a tab each, one shown. */
export class EditorPane {
  readonly element: HTMLElement;
  readonly #options: EditorPaneOptions;
  readonly #bar: TabBar;
  readonly #content = element("div", { class: "dx-editor-content", attributes: { role: "tabpanel" } });
  readonly #body = element("div", { class: "dx-editor-body" }, this.#content);
  readonly #previewButton = button("Preview", {
    class: "dx-icon-button dx-preview-toggle", icon: icon("eye", 16), iconOnly: true, attributes: { "data-testid": "preview-markdown", "aria-pressed": "false" },
    on: { click: () => void this.togglePreview() },
  });
  readonly #welcome = welcome();
  readonly #notice: FileNotice;
  readonly #clientId = randomId();
  readonly #drafts: DraftStore;
  readonly #opening = new Map<string, Promise<EditorTab | undefined>>();
  #tabs: EditorTab[] = [];
  #active: EditorTab | undefined;
  #recent: string[] = [];
  #preview: MarkdownPreview | undefined;
  #previewing = false;
  #theme: Theme;
  #saved: SavedState | undefined;

  constructor(options: EditorPaneOptions) {
    this.#options = options;
    this.#theme = options.theme;
    this.#bar = new TabBar({
      label: "Open files",
      select: (key) => this.#activate(this.#byKey(key), true),
      close: (key) => void this.close(this.#byKey(key)),
      reorder: (from, before) => this.#reorder(from, before),
    });
    this.#drafts = new DraftStore(options.replId, options.user, this.#clientId);
    this.#notice = new FileNotice(options.mayEdit);
    this.element = element("section", { class: "dx-editor", attributes: { "aria-label": "Editor" } }, 
      element("div", { class: "dx-editor-head" }, this.#bar.element, this.#previewButton), this.#notice.element, this.#body);
    this.#render();
  }

  /** The tab of a file, when it is open as text. */
  textTab(path: string): TextTab | undefined {
    return this.#tabs.find((tab): tab is TextTab => tab.kind === "text" && tab.path === path);
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

  /** Opens a file, or brings it to the front; at a place in it, if one is named. */
  async open(path: string, focus = true, place?: Place): Promise<void> {
    let tab = this.#tabs.find((t) => t.path === path);
    if (!tab) {
      const opening = this.#opening.get(path) ?? this.#load(path).finally(() => this.#opening.delete(path));
      this.#opening.set(path, opening);
      tab = await opening;
      if (tab && !this.#tabs.includes(tab)) this.#tabs.push(tab);
    }
    if (!tab) return;
    this.#activate(tab, focus);
    if (place && tab.kind === "text") tab.reveal(place);
  }

  /** Shows two texts of a file beside each other; one that is shown already is read anew. */
  async compare(comparison: Comparison): Promise<void> {
    const { DiffTab: made } = await import("./diffTab.js");
    const tab = new made(comparison, this.#options.cspNonce);
    const old = this.#byKey(tab.path);
    if (old) {
      old.dispose();
      this.#tabs[this.#tabs.indexOf(old)] = tab;
    } else {
      this.#tabs.push(tab);
    }
    this.#activate(tab, true);
  }

  /** Whether the file in front is Markdown, which can be shown as it is meant to be read. */
  get isMarkdown(): boolean {
    return this.#active?.kind === "text" && /\.(?:md|markdown)$/i.test(this.#active.path);
  }

  /** Shows Markdown files beside their text as they are meant to be read; in a narrow window in its place. */
  async togglePreview(): Promise<void> {
    try {
      if (!this.#preview) {
        const { MarkdownPreview: made } = await import("./markdownPreview.js");
        this.#preview ??= new made((path) => void this.open(path));
      }
      this.#previewing = !this.#previewing;
      this.#render();
      this.layout();
    } catch (error) {
      this.#options.failed(error);
    }
  }

  /** Files that were in front, the last first. */
  get recent(): readonly string[] {
    return this.#recent;
  }

  /** What is selected on one line. */
  get selection(): string {
    if (this.#active?.kind !== "text") return "";
    const { state } = this.#active.view;
    const text = state.sliceDoc(state.selection.main.from, state.selection.main.to);
    return text.includes("\n") || text.length > 1000 ? "" : text;
  }

  /** What was open in this browser the last time, or else the REPL's own first file; and whatever has edits that were never sent. */
  async openRemembered(otherwise: string | undefined): Promise<void> {
    const drafts = await this.#drafts.take();
    const kept = rememberedTabs(this.#options.replId);
    const paths = kept.paths.length > 0 || otherwise === undefined ? kept.paths : [otherwise];
    for (const path of new Set([...paths, ...drafts.map((draft) => draft.path)])) {
      const draft = drafts.find((d) => d.path === path);
      if (draft) this.#goOn(draft);
      // What is gone since is not worth a message.
      else if (await this.#options.session.request("files.stat", { path }).then(() => true, () => false)) await this.open(path, false);
    }
    const wanted = this.#tabs.find((tab) => tab.path === kept.active);
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
    if (tab.kind === "text") this.#drafts.forget(tab.client);
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
      if ((tab.kind === "note" || tab.kind === "image") && isWithin(tab.path, from)) tab.path = moved(tab.path, from, to);
    }
    this.#render();
  }

  /** Closes what shows a file that this person deleted. */
  deleted(path: string): void {
    for (const tab of [...this.#tabs]) {
      if (isWithin(tab.path, path) && !(tab.kind === "text" && tab.client.pending > 0)) void this.close(tab);
    }
  }

  /** Core has told of a restore point. */
  saved(saved: SavedState | null | undefined): void {
    if (!saved?.asOf) return;
    this.#saved = saved;
    for (const tab of this.#tabs) if (tab.kind === "text") this.#tell(tab);
  }

  /** What the saver says of itself. */
  looked(state: SavesState): void {
    for (const tab of this.#tabs) if (tab.kind === "text") tab.client.looked(reasonOf(state.notKept ?? [], tab.path));
  }

  setMayEdit(mayEdit: boolean): void {
    for (const tab of this.#tabs) if (tab.kind === "text") tab.setMayEdit(mayEdit);
  }

  setSettings(settings: UserSettings): void {
    for (const tab of this.#tabs) if (tab.kind === "text") tab.setSettings(settings);
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    for (const tab of this.#tabs) if (tab.kind === "text") tab.setTheme(theme);
  }

  layout(): void {
    if (this.#active?.kind === "text") this.#active.view.requestMeasure();
  }

  /** The page is being left, perhaps for good: what was not sent is written down. */
  keepDrafts(): void {
    this.#drafts.flush();
  }

  dispose(): void {
    this.#drafts.dispose();
    this.#preview?.dispose();
    for (const tab of this.#tabs) tab.dispose();
    this.#tabs = [];
  }

  #textOptions(): TextTabOptions {
    const { session, cspNonce, mayEdit, colourOf, help } = this.#options;
    return {
      session, clientId: this.#clientId, theme: this.#theme, settings: this.#options.settings(), cspNonce, mayEdit: mayEdit(), colourOf, drafts: this.#drafts, help, changed: () => this.#changed(),
    };
  }

  #tell(tab: TextTab): void {
    const receipt = receiptOf(this.#saved, tab.path);
    if (receipt) tab.client.saved(receipt);
  }

  #goOn(draft: Draft): void {
    if (this.#tabs.some((tab) => tab.path === draft.path)) return;
    const tab = TextTab.from(draft, this.#textOptions());
    this.#tell(tab);
    this.#tabs.push(tab);
    this.#activate(tab, false);
  }

  async #load(path: string): Promise<EditorTab | undefined> {
    const { session } = this.#options;
    const type = imageType(path);
    if (type !== undefined) return this.#loadImage(path, type);
    try {
      const opened = await session.request("documents.open", { path });
      // Two paths may lead to one file: two clients under one id would each take the other's edits for its own.
      const same = this.#tabs.find((tab): tab is TextTab => tab.kind === "text" && tab.client.document === opened.document);
      if (same) return same;
      const tab = new TextTab(opened, this.#textOptions());
      this.#tell(tab);
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
    const { title, detail, download } = whyUnopened(error);
    return this.#note(path, title, detail, download);
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
    if (tab && tab.kind !== "diff") {
      this.#recent = [tab.path, ...this.#recent.filter((path) => path !== tab.path)].slice(0, mostRecent);
      this.#options.shown(tab.path);
    }
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
      label: tab.kind === "diff" ? tab.label : plain(nameOf(tab.path), 60),
      // Two files of one name are told apart by their folder.
      detail: (names.get(nameOf(tab.path)) ?? 0) > 1 ? plain(folderOf(tab.path) || "/", 40) : undefined,
      title: plain(tab.path, 500),
      mark: mark(tab.saveState),
      selected: tab === this.#active,
    })));
    const shown = this.#active?.kind === "text" ? this.#active.view.dom : (this.#active?.element ?? this.#welcome);
    if (this.#content.firstChild !== shown) this.#content.replaceChildren(shown);
    this.#notice.show(this.#active);
    this.#renderPreview();
  }

  #renderPreview(): void {
    const preview = this.#previewing && this.isMarkdown ? this.#preview : undefined;
    this.#previewButton.hidden = !this.isMarkdown;
    this.#previewButton.setAttribute("aria-pressed", String(preview !== undefined));
    this.#body.classList.toggle("dx-previewing", preview !== undefined);
    this.#preview?.show(preview && this.#active?.kind === "text" ? this.#active : undefined);
    if (!preview) this.#preview?.element.remove();
    else if (!preview.element.isConnected) this.#body.append(preview.element);
  }

  #remember(): void {
    const files = this.#tabs.filter((tab) => tab.kind !== "diff");
    rememberTabs(this.#options.replId, { paths: files.map((tab) => tab.path), active: this.#active?.kind === "diff" ? undefined : this.#active?.path });
  }
}

function mark(state: SaveState | undefined): { kind: string; text: string } | undefined {
  if (!state || state.kind === "s3" || state.kind === "readOnly") return undefined;
  return { kind: state.kind, text: state.kind === "disk" && state.text === "Saved" ? "Saved on this machine, not yet in S3" : state.text };
}
