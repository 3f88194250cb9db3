import type { Draft } from "../documents/draft.js";
import { DraftStore } from "../documents/draftStore.js";
import { reasonOf, receiptOf } from "../documents/receipt.js";
import { worst, type SaveState } from "../documents/saveState.js";
import { encodePath, isWithin, moved } from "../files/paths.js";
import { bytes } from "../layout/dom.js";
import type { SavedState } from "../protocol/api.js";
import { ErrorCodes } from "../protocol/errorCodes.js";
import type { SavesState } from "../protocol/saves.js";
import type { Participant } from "../protocol/session.js";
import { RpcError } from "../session/jsonRpc.js";
import type { Session } from "../session/session.js";
import type { UserSettings } from "../settings/settings.js";
import type { Theme } from "../workbench/config.js";
import type { DiffTab } from "./diffTab.js";
import { ImageTab, imageType } from "./imageTab.js";
import { NoteTab } from "./noteTab.js";
import { randomId } from "./randomId.js";
import { TextTab, type TextTabOptions } from "./textTab.js";
import { whyUnopened } from "./unopened.js";

/** What can be open. Text may be in two groups at once, everything else is in one. */
export type EditorTab = TextTab | NoteTab | ImageTab | DiffTab;

const largestImage = 20_000_000;

export interface OpenFilesOptions {
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
  /** Something that this person wanted cannot be done. */
  failed: (error: unknown) => void;
  /** This person edited a text, or moved in it. */
  acted: () => void;
  /** Somebody else's cursor moved in an open file. */
  moved: (tab: TextTab, person: Participant) => void;
  /** A file that could not be opened is to be opened anew. */
  again: (tab: EditorTab) => void;
}

/** All that is open, in whatever group: at most one tab for a path, and one client for a document. */
export class OpenFiles {
  readonly #options: OpenFilesOptions;
  readonly #tabs = new Set<EditorTab>();
  readonly #opening = new Map<string, Promise<EditorTab>>();
  readonly #clientId = randomId();
  readonly #drafts: DraftStore;
  readonly #off: (() => void)[];
  #theme: Theme;
  #saved: SavedState | undefined;

  constructor(options: OpenFilesOptions) {
    this.#options = options;
    this.#theme = options.theme;
    this.#drafts = new DraftStore(options.replId, options.user, this.#clientId);
    this.#off = [
      options.session.on("files.changed", ({ paths, overflow }) => this.#changed((path) => overflow === true || paths.some((change) => change.path === path))),
      // What changed meanwhile was not told.
      options.session.on("live", () => this.#changed(() => true)),
    ];
  }

  /** The tab of a file, opened when it is not yet. */
  async get(path: string): Promise<EditorTab> {
    const open = this.find(path);
    if (open) return open;
    const opening = this.#opening.get(path) ?? this.#load(path).finally(() => this.#opening.delete(path));
    this.#opening.set(path, opening);
    const tab = await opening;
    this.#tabs.add(tab);
    return tab;
  }

  find(path: string): EditorTab | undefined {
    return [...this.#tabs].find((tab) => tab.path === path);
  }

  text(path: string): TextTab | undefined {
    return this.#texts.find((tab) => tab.path === path);
  }

  add(tab: EditorTab): void {
    this.#tabs.add(tab);
  }

  /** No group shows it any more. */
  release(tab: EditorTab): void {
    if (!this.#tabs.delete(tab)) return;
    if (tab.kind === "text") this.#drafts.forget(tab.client);
    tab.dispose();
  }

  /** What an earlier page of this browser tab had not sent goes on here. */
  async takeDrafts(): Promise<TextTab[]> {
    const drafts = await this.#drafts.take();
    return drafts.flatMap((draft) => (this.find(draft.path) ? [] : this.#goOn(draft)));
  }

  /** The state of the file that is worst off; undefined when nothing is open. */
  get saveState(): SaveState | undefined {
    return worst([...this.#tabs].flatMap((tab) => tab.saveState ?? []));
  }

  /** Edits that only this tab of the browser holds. */
  get unacknowledged(): number {
    return this.#texts.reduce((sum, tab) => sum + tab.client.pending, 0);
  }

  /** A file or folder was renamed by this person; documents hear of it from `serve`. */
  renamed(from: string, to: string): void {
    for (const tab of this.#tabs) {
      if ((tab.kind === "note" || tab.kind === "image") && isWithin(tab.path, from)) tab.path = moved(tab.path, from, to);
    }
  }

  /** What shows a file that this person deleted, and holds nothing that would be lost. */
  within(path: string): EditorTab[] {
    return [...this.#tabs].filter((tab) => isWithin(tab.path, path) && !(tab.kind === "text" && tab.client.pending > 0));
  }

  /** Core has told of a restore point. */
  saved(saved: SavedState | null | undefined): void {
    if (!saved?.asOf) return;
    this.#saved = saved;
    for (const tab of this.#texts) this.#tell(tab);
  }

  /** What the saver says of itself. */
  looked(state: SavesState): void {
    for (const tab of this.#texts) tab.client.looked(reasonOf(state.notKept ?? [], tab.path));
  }

  setMayEdit(mayEdit: boolean): void {
    for (const tab of this.#texts) tab.setMayEdit(mayEdit);
  }

  setSettings(settings: UserSettings): void {
    for (const tab of this.#texts) tab.setSettings(settings);
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    for (const tab of this.#texts) tab.setTheme(theme);
  }

  /** The page is being left, perhaps for good: what was not sent is sent, and written down until that is known to have come. */
  keepDrafts(): void {
    for (const tab of this.#texts) tab.push();
    this.#drafts.flush();
  }

  /** What was typed until now is with `serve`, which brings it to the files before it runs anything: false where that cannot be now. */
  async deliver(): Promise<boolean> {
    const arrived = await Promise.all(this.#texts.map((tab) => tab.deliver()));
    return arrived.every(Boolean);
  }

  dispose(): void {
    this.#off.forEach((end) => end());
    this.#drafts.dispose();
    for (const tab of this.#tabs) tab.dispose();
    this.#tabs.clear();
  }

  get #texts(): TextTab[] {
    return [...this.#tabs].filter((tab) => tab.kind === "text");
  }

  #textOptions(): TextTabOptions {
    const { mayEdit, settings } = this.#options;
    return { ...this.#options, clientId: this.#clientId, theme: this.#theme, settings: settings(), mayEdit: mayEdit(), drafts: this.#drafts };
  }

  #tell(tab: TextTab): void {
    const receipt = receiptOf(this.#saved, tab.path);
    if (receipt) tab.client.saved(receipt);
  }

  #goOn(draft: Draft): TextTab {
    const tab = TextTab.from(draft, this.#textOptions());
    this.#tell(tab);
    this.#tabs.add(tab);
    return tab;
  }

  async #load(path: string): Promise<EditorTab> {
    const { session } = this.#options;
    const type = imageType(path);
    if (type !== undefined) return this.#loadImage(path, type);
    try {
      const opened = await session.request("documents.open", { path });
      // Two paths may lead to one file. Two clients under one name would each lose what the other sends.
      const same = this.#texts.find((tab) => tab.client.document === opened.document);
      if (same) return same;
      const tab = new TextTab(opened, this.#textOptions());
      this.#tell(tab);
      this.#tabs.add(tab);
      return tab;
    } catch (error) {
      return this.#unopened(path, error);
    }
  }

  async #loadImage(path: string, type: string): Promise<EditorTab> {
    const { session } = this.#options;
    const read = async (at: string) => {
      const { size } = await session.request("files.stat", { path: at });
      if (size > largestImage) throw new RpcError(ErrorCodes.tooLarge, `This picture has ${bytes(size)}.`);
      const response = await session.fetch(`files/${encodePath(at)}`);
      if (!response.ok) throw new Error(`The session answered ${response.status}.`);
      return new Blob([await response.arrayBuffer()], { type });
    };
    try {
      return new ImageTab(path, await read(path), read);
    } catch (error) {
      return this.#unopened(path, error);
    }
  }

  /** Texts hear of it by themselves. */
  #changed(isChanged: (path: string) => boolean): void {
    const renew = (tab: EditorTab) => {
      if (tab.kind === "image") void tab.renew();
    };
    for (const tab of this.#tabs) if (isChanged(tab.path)) renew(tab);
    for (const [path, opening] of this.#opening) if (isChanged(path)) void opening.then(renew);
  }

  #unopened(path: string, error: unknown): NoteTab {
    const { title, detail, download } = whyUnopened(error);
    const tab: NoteTab = new NoteTab(path, title, detail, [
      ...(download ? [{ label: "Download", run: () => this.#options.download(tab.path) }] : []), { label: "Try again", run: () => this.#options.again(tab) },
    ]);
    return tab;
  }
}
