// The open files, in one group of tabs or in two beside each other.
//
//   ┌ tabs ───── ▯▯ ┬ tabs ─────── ┐    OpenFiles: all tabs, one for each path, with its document
//   │               │              │    EditorGroup: which of them stand here, in what order, and the one in front
//   │ first group   │ second group │    the focused group is the one that files open in
//   └───────────────┴──────────────┘
import { runScopeHandlers } from "@codemirror/view";
import { LookOut } from "../documents/presence.js";
import type { SaveState } from "../documents/saveState.js";
import { nameOf } from "../files/paths.js";
import { confirm } from "../layout/dialog.js";
import { element } from "../layout/dom.js";
import type { ExtraKey } from "../layout/keyRow.js";
import { separator } from "../layout/separator.js";
import type { SavedState } from "../protocol/api.js";
import type { SavesState } from "../protocol/saves.js";
import type { Participant } from "../protocol/session.js";
import type { Session } from "../session/session.js";
import type { UserSettings } from "../settings/settings.js";
import type { Theme } from "../workbench/config.js";
import type { Comparison } from "./diffTab.js";
import { EditorGroup } from "./editorGroup.js";
import { Folded } from "./folded.js";
import { type EditorTab, OpenFiles } from "./openFiles.js";
import { rememberTabs, rememberedTabs } from "./rememberedTabs.js";
import type { Place, TextTab, TextTabOptions } from "./textTab.js";

export type { EditorTab } from "./openFiles.js";

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
  /** This person edited a text, or moved in it. */
  acted: () => void;
  /** Somebody else's cursor moved in an open file. */
  moved: (tab: TextTab, person: Participant) => void;
}

export class EditorPane {
  readonly element: HTMLElement;
  readonly #options: EditorPaneOptions;
  readonly #files: OpenFiles;
  readonly #row = element("div", { class: "dx-editor-groups" });
  readonly #narrow = matchMedia("(max-width: 700px)");
  readonly #folded = new Folded<EditorTab>();
  readonly #look: LookOut;
  readonly #stop = new AbortController();
  #groups: EditorGroup[] = [];
  #focused: EditorGroup;
  #separator: HTMLElement | undefined;
  #recent: string[] = [];
  #restoring = false;

  constructor(options: EditorPaneOptions) {
    this.#options = options;
    this.#files = new OpenFiles({ ...options, changed: () => this.#changed(), again: (tab) => void this.close(tab, this.#holder(tab)).then(() => this.open(tab.path)) });
    this.#look = new LookOut((path) => void options.session.request("session.look", { path }).catch(() => undefined));
    this.#stop.signal.addEventListener("abort", options.session.on("live", () => this.#look.reconnected()));
    this.#narrow.addEventListener("change", () => this.#turn(), { signal: this.#stop.signal });
    this.element = element("section", { class: "dx-editor", attributes: { "aria-label": "Editor" } }, this.#row);
    this.#focused = this.#addGroup();
  }

  /** The tab of a file, when it is open as text. */
  textTab(path: string): TextTab | undefined {
    return this.#files.text(path);
  }

  get active(): EditorTab | undefined {
    return this.#focused.tabs.front;
  }

  /** The state of the file that is worst off; undefined when nothing is open. */
  get saveState(): SaveState | undefined {
    return this.#files.saveState;
  }

  /** Edits that only this tab of the browser holds. */
  get unacknowledged(): number {
    return this.#files.unacknowledged;
  }

  get text(): string | undefined {
    return this.active?.kind === "text" ? this.active.state.doc.toString() : undefined;
  }

  /** Opens a file, or brings it to the front; at a place in it, if one is named. */
  async open(path: string, focus = true, place?: Place): Promise<EditorTab> {
    const tab = await this.#files.get(path);
    this.#show(tab.kind === "text" ? this.#focused : this.#holder(tab), tab, focus);
    if (place && tab.kind === "text") tab.reveal(place);
    return tab;
  }

  /** Shows two texts of a file beside each other; one that is shown already is read anew. */
  async compare(comparison: Comparison): Promise<void> {
    const { DiffTab: made } = await import("./diffTab.js");
    const tab = new made(comparison, this.#options.cspNonce);
    const old = this.#files.find(tab.path);
    const group = old ? this.#holder(old) : this.#focused;
    group.tabs.show(tab);
    if (old) {
      group.tabs.place(tab, old);
      this.#take(group, old);
      this.#files.release(old);
    }
    this.#files.add(tab);
    this.#show(group, tab, true);
  }

  /** Whether there is room for two groups. */
  get hasRoom(): boolean {
    return !this.#narrow.matches;
  }

  get isSplit(): boolean {
    return this.#groups.length > 1;
  }

  /** Shows what is in front of a group in the other one, which is made when there is none. Text stays in both, everything else moves. */
  beside(group = this.#focused): void {
    const tab = group.tabs.front;
    const alone = group.tabs.all.length < 2;
    if (!tab || !this.hasRoom || (tab.kind !== "text" && alone)) return;
    const other = this.#groups.find((one) => one !== group) ?? this.#addGroup();
    if (tab.kind !== "text") this.#take(group, tab);
    this.#show(other, tab, true);
  }

  /** Goes to a group; to a second one that is not there yet by opening the file in front to the side. */
  enter(number: 1 | 2): void {
    const group = this.#groups[number - 1];
    if (group) group.focus();
    else this.beside();
  }

  /** Whether the file in front is Markdown, which can be shown as it is meant to be read. */
  get isMarkdown(): boolean {
    return this.#focused.isMarkdown;
  }

  togglePreview(): Promise<void> {
    return this.#focused.togglePreview();
  }

  /** Files that were in front, the last first. */
  get recent(): readonly string[] {
    return this.#recent;
  }

  /** What is selected on one line. */
  get selection(): string {
    if (this.active?.kind !== "text") return "";
    const { state } = this.active;
    const text = state.sliceDoc(state.selection.main.from, state.selection.main.to);
    return text.includes("\n") || text.length > 1000 ? "" : text;
  }

  /** What was open in this browser the last time, or else the REPL's own first file; and whatever has edits that were never sent. */
  async openRemembered(otherwise: string | undefined): Promise<void> {
    this.#restoring = true;
    const kept = rememberedTabs(this.#options.replId);
    const drafts = await this.#files.takeDrafts();
    const groups = kept.groups.length > 0 || otherwise === undefined ? kept.groups : [{ paths: [otherwise], active: undefined }];
    for (const draft of drafts) if (!groups.some(({ paths }) => paths.includes(draft.path))) this.#show(this.#focused, draft, false);
    for (const [index, { paths, active }] of groups.entries()) {
      for (const path of paths) await this.#reopen(path, index);
      const wanted = active === undefined ? undefined : this.#files.find(active);
      const group = this.#groups[index] ?? this.#focused;
      if (wanted && group.tabs.has(wanted) && (index === kept.focused || this.isSplit)) this.#show(group, wanted, false);
    }
    const focused = this.#groups[kept.focused];
    if (focused?.tabs.front) this.#show(focused, focused.tabs.front, false);
    this.#restoring = false;
    this.#remember();
  }

  async close(tab = this.active, group = this.#focused): Promise<void> {
    if (!tab || !group.tabs.has(tab)) return;
    const last = !this.#groups.some((other) => other !== group && other.tabs.has(tab));
    if (last && tab.kind === "text" && tab.client.pending > 0 && !await confirm({
      title: "Close with unsent edits?", action: "Close and lose them", danger: true,
      detail: `${nameOf(tab.path)} has edits that have not reached the session. They are kept only while its tab is open.`,
    })) return;
    if (!group.tabs.has(tab)) return;
    const inFront = this.active === tab && group === this.#focused;
    const inside = this.element.contains(document.activeElement);
    this.#take(group, tab);
    if (last) this.#files.release(tab);
    this.#tidy();
    const next = this.active;
    if (inFront && next) this.#show(this.#focused, next, true);
    else this.#arranged();
    // The editor that had the focus may have given way to the other one of its text.
    if (inside && !this.element.contains(document.activeElement)) this.focus();
  }

  step(by: number): void {
    const next = this.#focused.tabs.step(by);
    if (next && next !== this.active) this.#show(this.#focused, next, true);
  }

  focus(): void {
    this.#focused.focus();
  }

  /** A key of the row of extra keys. */
  press(key: ExtraKey): void {
    if (this.active?.kind !== "text") return;
    const { view } = this.active;
    view.focus();
    runScopeHandlers(view, new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }), "editor");
  }

  /** A file or folder was renamed by this person; documents hear of it from `serve`. */
  renamed(from: string, to: string): void {
    this.#files.renamed(from, to);
    this.#changed();
  }

  /** Closes what shows a file that this person deleted. */
  deleted(path: string): void {
    for (const tab of this.#files.within(path)) {
      for (const group of [...this.#groups]) void this.close(tab, group);
    }
  }

  /** Core has told of a restore point. */
  saved(saved: SavedState | null | undefined): void {
    this.#files.saved(saved);
  }

  /** What the saver says of itself. */
  looked(state: SavesState): void {
    this.#files.looked(state);
  }

  setMayEdit(mayEdit: boolean): void {
    this.#files.setMayEdit(mayEdit);
  }

  setSettings(settings: UserSettings): void {
    this.#files.setSettings(settings);
  }

  setTheme(theme: Theme): void {
    this.#files.setTheme(theme);
  }

  layout(): void {
    for (const group of this.#groups) group.layout();
  }

  /** The page is being left, perhaps for good: what was not sent is written down. */
  keepDrafts(): void {
    this.#files.keepDrafts();
  }

  dispose(): void {
    this.#stop.abort();
    for (const group of this.#groups) group.dispose();
    this.#files.dispose();
  }

  #addGroup(): EditorGroup {
    const group = new EditorGroup({
      mayEdit: this.#options.mayEdit, failed: this.#options.failed,
      pick: (picked, tab) => this.#show(picked, tab, true),
      close: (from, tab) => void this.close(tab, from),
      reordered: () => this.#remember(),
      adopt: (into, key, before) => this.#adopt(into, key, before),
      beside: (from) => this.beside(from),
      open: (path) => void this.open(path),
    });
    group.element.addEventListener("focusin", () => this.#entered(group));
    if (this.#groups.length > 0) {
      this.#separator = separator({
        pane: group.element, axis: "x", after: true, key: "split", label: "Width of the second editor group", initial: Math.round(this.element.clientWidth / 2), least: 160, most: 0.7,
        resized: () => this.layout(),
      });
      this.#row.append(this.#separator);
    }
    this.#row.append(group.element);
    this.#groups.push(group);
    group.setPlace(this.#groups.length === 1 ? 1 : 2);
    group.render();
    return group;
  }

  /** A group without tabs goes away while there is another. */
  #tidy(): void {
    const empty = this.isSplit ? this.#groups.find((group) => group.tabs.all.length === 0) : undefined;
    if (!empty) return;
    empty.dispose();
    this.#separator?.remove();
    this.#groups = this.#groups.filter((group) => group !== empty);
    this.#groups[0]?.setPlace(1);
    if (this.#focused === empty && this.#groups[0]) this.#focused = this.#groups[0];
  }

  #take(group: EditorGroup, tab: EditorTab): void {
    group.tabs.remove(tab);
    if (tab.kind === "text") tab.leave(group);
  }

  /** The group that a tab stands in; for one that stands in none the focused one. */
  #holder(tab: EditorTab): EditorGroup {
    return this.#groups.find((group) => group.tabs.has(tab)) ?? this.#focused;
  }

  #adopt(into: EditorGroup, key: string, before: EditorTab | undefined): void {
    const from = this.#groups.find((group) => group !== into);
    const tab = from?.tabs.all.find((one) => one.path === key);
    if (!from || !tab) return;
    this.#take(from, tab);
    into.tabs.show(tab);
    into.tabs.place(tab, before);
    this.#tidy();
    this.#show(into, tab, true);
  }

  /** The window became narrow or wide: where there is no room for two groups, all tabs stand in one. */
  #turn(): void {
    const [first, second] = this.#groups;
    if (!first) return;
    const front = this.active;
    if (second && !this.hasRoom) {
      for (const tab of [...second.tabs.all]) {
        this.#folded.add(tab, first.tabs.has(tab));
        this.#take(second, tab);
        first.tabs.show(tab);
      }
      this.#tidy();
    } else if (!second && this.hasRoom) {
      const apart = this.#folded.apart(first.tabs.all);
      this.#folded.clear();
      if (apart.first.length > 0 && apart.second.length > 0) {
        const made = this.#addGroup();
        for (const tab of apart.second) {
          if (!apart.first.includes(tab)) this.#take(first, tab);
          made.tabs.show(tab);
        }
      }
    }
    if (front) this.#show(this.#holder(front), front, false);
  }

  async #reopen(path: string, index: number): Promise<void> {
    const there = this.#files.find(path) !== undefined || await this.#options.session.request("files.stat", { path }).then(() => true, () => false);
    // What is gone since is not worth a message.
    if (!there) return;
    const tab = await this.#files.get(path);
    const [first = this.#focused, second] = this.#groups;
    if (index === 0 || first.tabs.all.length === 0) return this.#show(first, tab, false);
    if (this.hasRoom) return this.#show(second ?? this.#addGroup(), tab, false);
    this.#folded.add(tab, first.tabs.has(tab));
    this.#show(first, tab, false);
  }

  #show(group: EditorGroup, tab: EditorTab, focus: boolean): void {
    group.tabs.show(tab);
    this.#focused = group;
    group.render();
    if (tab.kind === "text") {
      tab.enter(group);
      group.layout();
      if (focus) tab.viewIn(group).focus();
    }
    if (tab.kind !== "diff") {
      this.#recent = [tab.path, ...this.#recent.filter((path) => path !== tab.path)].slice(0, mostRecent);
      this.#options.shown(tab.path);
    }
    this.#arranged();
  }

  /** The person is in a group now. */
  #entered(group: EditorGroup): void {
    if (this.#focused === group || !this.#groups.includes(group)) return;
    this.#focused = group;
    if (this.active?.kind === "text") this.active.enter(group);
    this.#arranged();
  }

  #arranged(): void {
    this.#changed();
    this.#remember();
  }

  #changed(): void {
    for (const group of this.#groups) {
      group.element.classList.toggle("dx-focused", group === this.#focused);
      group.render();
    }
    const { active } = this;
    this.#look.at(active?.kind === "diff" ? undefined : active?.path);
    this.#options.changed();
  }

  #remember(): void {
    if (this.#restoring) return;
    const groups = this.isSplit ? this.#groups.map((group) => group.tabs.all) : Object.values(this.#folded.apart(this.#focused.tabs.all));
    const paths = (tabs: readonly EditorTab[]) => tabs.filter((tab) => tab.kind !== "diff").map((tab) => tab.path);
    rememberTabs(this.#options.replId, {
      groups: groups.filter((tabs) => tabs.length > 0).map((tabs, index) => {
        const front = this.#groups[index]?.tabs.front ?? this.active;
        return { paths: paths(tabs), active: front?.kind === "diff" ? undefined : front?.path };
      }),
      focused: this.#groups.indexOf(this.#focused),
    });
  }
}
