// The open files, in one group of tabs or in two beside each other.
//
//   ┌ tabs ───── ▯▯ ┬ tabs ──────  ┐    OpenFiles: all tabs, one for each path, with its document
//   │               │              │    EditorGroup: which of them stand there, in what order, and the one in front
//   │ first group   │ second group │    EditorGroups: one or two, and the one that has the focus, which files open in
//   └───────────────┴──────────────┘
import { runScopeHandlers } from "@codemirror/view";
import { LookOut } from "../documents/presence.js";
import { nameOf } from "../files/paths.js";
import { confirm } from "../layout/dialog.js";
import { element } from "../layout/dom.js";
import { EarlyKeys } from "../layout/earlyKeys.js";
import type { ExtraKey } from "../layout/keyRow.js";
import type { UserSettings } from "../settings/settings.js";
import type { Comparison } from "./diffTab.js";
import type { EditorGroup } from "./editorGroup.js";
import { EditorGroups } from "./editorGroups.js";
import { type EditorTab, OpenFiles, type OpenFilesOptions } from "./openFiles.js";
import { rememberTabs, rememberedTabs } from "./rememberedTabs.js";
import type { Place, TextTab } from "./textTab.js";

export type { EditorTab } from "./openFiles.js";

const mostRecent = 50;

interface EditorPaneOptions extends Omit<OpenFilesOptions, "again"> {
  /** A file was opened or brought to the front. */
  shown: (path: string) => void;
}

export class EditorPane {
  readonly element: HTMLElement;
  readonly files: OpenFiles;
  readonly #options: EditorPaneOptions;
  readonly #groups: EditorGroups;
  readonly #look: LookOut;
  readonly #off: () => void;
  #recent: string[] = [];
  #restoring = false;

  constructor(options: EditorPaneOptions) {
    this.#options = options;
    const arranged = () => this.#arranged();
    this.files = new OpenFiles({ ...options, changed: () => this.#told(), again: (tab) => void this.close(tab, this.#groups.holderOf(tab)).then(() => this.open(tab.path)) });
    this.#groups = new EditorGroups({
      mayEdit: options.mayEdit, failed: options.failed, entered: arranged, turned: arranged, reordered: arranged,
      pick: (group, tab) => this.#show(group, tab, true),
      close: (group, tab) => void this.close(tab, group),
      adopt: (group, key, before) => this.#adopt(group, key, before),
      beside: (group) => this.beside(group),
      open: (path) => void this.open(path),
    });
    this.#look = new LookOut((path) => void options.session.request("session.look", { path }).catch(() => undefined));
    this.#off = options.session.on("live", () => this.#look.reconnected());
    this.element = element("section", { class: "dx-editor", attributes: { "aria-label": "Editor", "aria-busy": "true" } }, this.#groups.element);
  }

  get active(): EditorTab | undefined {
    return this.#groups.focused.tabs.front;
  }

  /** Whose keys the person has. */
  get keys(): UserSettings["keys"] {
    return this.#options.settings().keys;
  }

  get text(): string | undefined {
    return this.active?.kind === "text" ? this.active.state.doc.toString() : undefined;
  }

  /**
   * Opens a file, or brings it to the front; at a place in it, if one is named or can be told once it is open. `typed`, when given, goes into it there, and so does what is typed until it is open; whoever
   * has gone elsewhere by then is not called back.
   */
  async open(path: string, focus = true, place?: Place | ((tab: TextTab) => Place), typed?: string): Promise<EditorTab> {
    const early = !focus || typed === undefined || this.files.find(path) ? undefined : new EarlyKeys(document.body, typed);
    const tab = await this.files.get(path);
    const stays = focus && early?.waiting !== false;
    const text = early ? early.take() : typed;
    this.#show(tab.kind === "text" ? this.#groups.focused : this.#groups.holderOf(tab), tab, stays);
    if (tab.kind !== "text") return tab;
    if (place) tab.reveal(typeof place === "function" ? place(tab) : place);
    if (text) tab.type(text, this.keys);
    return tab;
  }

  /** Shows two texts of a file beside each other; one that is shown already is read anew. */
  async compare(comparison: Comparison): Promise<void> {
    const { DiffTab: made } = await import("./diffTab.js");
    const tab = new made(comparison, this.#options.cspNonce);
    const old = this.files.find(tab.path);
    const group = old ? this.#groups.holderOf(old) : this.#groups.focused;
    group.tabs.show(tab);
    if (old) {
      group.tabs.place(tab, old);
      this.#groups.take(group, old);
      this.files.release(old);
    }
    this.files.add(tab);
    this.#show(group, tab, true);
  }

  /** Whether there is room for two groups. */
  get hasRoom(): boolean {
    return this.#groups.hasRoom;
  }

  /** Shows what is in front of a group in the other one, which is made when there is none. Text stays in both, everything else moves. */
  beside(group = this.#groups.focused): void {
    const tab = group.tabs.front;
    const alone = group.tabs.all.length < 2;
    if (!tab || !this.hasRoom || (tab.kind !== "text" && alone)) return;
    const other = this.#groups.otherThan(group);
    if (tab.kind !== "text") this.#groups.take(group, tab);
    this.#show(other, tab, true);
  }

  /** Goes to a group; to a second one that is not there yet by opening the file in front to the side. */
  enter(number: 1 | 2): void {
    const group = this.#groups.all[number - 1];
    if (group) group.focus();
    else this.beside();
  }

  /** Whether the file in front is Markdown, which can be shown as it is meant to be read. */
  get isMarkdown(): boolean {
    return this.#groups.focused.isMarkdown;
  }

  togglePreview(): Promise<void> {
    return this.#groups.focused.togglePreview();
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
    const drafts = await this.files.takeDrafts();
    const groups = kept.groups.length > 0 || otherwise === undefined ? kept.groups : [{ paths: [otherwise], active: undefined }];
    for (const draft of drafts) if (!groups.some(({ paths }) => paths.includes(draft.path))) this.#show(this.#groups.focused, draft, false);
    // All are asked for at once: who is far away waits for one answer and not for each.
    const asked = new Map(groups.flatMap(({ paths }) => paths).map((path) => [path, this.#reopen(path)]));
    for (const [place, { paths, active }] of groups.entries()) {
      for (const path of paths) {
        const tab = await asked.get(path);
        if (!tab) continue;
        this.#groups.restore(tab, place);
        this.#show(this.#groups.focused, tab, false);
      }
      const wanted = active === undefined ? undefined : this.files.find(active);
      const group = this.#groups.all[place] ?? this.#groups.focused;
      if (wanted && group.tabs.has(wanted) && (place === kept.focused || this.hasRoom)) this.#show(group, wanted, false);
    }
    const focused = this.#groups.all[kept.focused];
    if (focused?.tabs.front) this.#show(focused, focused.tabs.front, false);
    this.#restoring = false;
    this.element.removeAttribute("aria-busy");
    this.#arranged();
  }

  async close(tab = this.active, group = this.#groups.focused): Promise<void> {
    if (!tab || !group.tabs.has(tab)) return;
    const last = !this.#groups.all.some((other) => other !== group && other.tabs.has(tab));
    // A word that was typed just now is on its way: only what does not arrive is asked about.
    if (last && tab.kind === "text" && tab.client.pending > 0 && !await tab.deliver() && !await confirm({
      title: "Close with unsent edits?", action: "Close and lose them", danger: true,
      detail: `${nameOf(tab.path)} has edits that have not reached the session. They are kept only while its tab is open.`,
    })) return;
    if (!group.tabs.has(tab)) return;
    const inFront = this.active === tab && group === this.#groups.focused;
    const inside = this.element.contains(document.activeElement);
    this.#groups.take(group, tab);
    if (last) this.files.release(tab);
    this.#groups.tidy();
    const next = this.active;
    if (inFront && next) this.#show(this.#groups.focused, next, true);
    else this.#arranged();
    // The editor that had the focus may have given way to the other one of its text.
    if (inside && !this.element.contains(document.activeElement)) this.focus();
  }

  step(by: number): void {
    const { focused } = this.#groups;
    const next = focused.tabs.step(by);
    if (next && next !== this.active) this.#show(focused, next, true);
  }

  focus(): void {
    this.#groups.focused.focus();
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
    this.files.renamed(from, to);
    this.#changed();
  }

  /** Closes what shows a file that this person deleted. */
  deleted(path: string): void {
    for (const tab of this.files.within(path)) {
      for (const group of [...this.#groups.all]) void this.close(tab, group);
    }
  }

  layout(): void {
    this.#groups.layout();
  }

  /** What tabs and notices say follows what is known of the files. */
  render(): void {
    this.#groups.render();
  }

  dispose(): void {
    this.#off();
    this.#groups.dispose();
    this.files.dispose();
  }

  /** A file that was open the last time; what is gone since is not worth a message. */
  async #reopen(path: string): Promise<EditorTab | undefined> {
    const open = this.files.find(path);
    if (open) return open;
    const [there, tab] = await Promise.all([this.#options.session.request("files.stat", { path }).then(() => true, () => false), this.files.get(path)]);
    if (there) return tab;
    this.files.release(tab);
    return undefined;
  }

  #adopt(into: EditorGroup, key: string, before: EditorTab | undefined): void {
    const from = this.#groups.all.find((group) => group !== into);
    const tab = from?.tabs.all.find((one) => one.path === key);
    if (!from || !tab) return;
    this.#groups.take(from, tab);
    into.tabs.show(tab);
    into.tabs.place(tab, before);
    this.#groups.tidy();
    this.#show(into, tab, true);
  }

  #show(group: EditorGroup, tab: EditorTab, focus: boolean): void {
    this.#groups.show(group, tab);
    if (focus && tab.kind === "text") tab.viewIn(group).focus();
    if (tab.kind !== "diff") {
      this.#recent = [tab.path, ...this.#recent.filter((path) => path !== tab.path)].slice(0, mostRecent);
      this.#options.shown(tab.path);
    }
    this.#arranged();
  }

  #arranged(): void {
    this.#changed();
    if (!this.#restoring) rememberTabs(this.#options.replId, this.#groups.kept);
  }

  #changed(): void {
    this.render();
    this.#told();
  }

  /** Something is known of a file, as with each key: whoever shows that renders it when there is time. */
  #told(): void {
    const { active } = this;
    this.#look.at(active?.kind === "diff" ? undefined : active?.path);
    this.#options.changed();
  }
}
