import { type EditorState, type Extension, type Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { DocumentClient } from "../documents/documentClient.js";
import { type Draft, openedFrom, pendingOf } from "../documents/draft.js";
import type { DraftStore } from "../documents/draftStore.js";
import { textOf } from "../documents/lines.js";
import { PresenceIn, PresenceOut } from "../documents/presence.js";
import type { SaveState } from "../documents/saveState.js";
import { tooLarge } from "../documents/size.js";
import { nameOf } from "../files/paths.js";
import { AfterFrame } from "../layout/afterFrame.js";
import type { OpenedDocument } from "../protocol/documents.js";
import type { Participant } from "../protocol/session.js";
import type { Session } from "../session/session.js";
import type { UserSettings } from "../settings/settings.js";
import type { Theme } from "../workbench/config.js";
import { indentationName, indentationOf } from "./indentation.js";
import { languageOf } from "./languages.js";
import { clearRemotePeople, headOf, setRemotePerson } from "./remoteCursors.js";
import { TextViews } from "./textViews.js";
import { pressKeys, typeText } from "./typing.js";

/** A place in a text: line from 1, column from 0, and how much to select there. */
export interface Place {
  line: number;
  column?: number;
  length?: number;
}

export interface TextTabOptions {
  session: Session;
  clientId: string;
  theme: Theme;
  settings: UserSettings;
  cspNonce: string | undefined;
  mayEdit: boolean;
  colourOf: (user: string) => number;
  drafts: DraftStore;
  /** What the file's language server can do; see Languages. */
  help: (tab: TextTab, use: (extension: Extension) => void) => () => void;
  /** Something that this person wanted cannot be done. */
  failed: (error: unknown) => void;
  /** Save state, path or cursor changed. */
  changed: () => void;
  /** This person edited it, or moved in it. */
  acted: () => void;
  /** Somebody else's cursor moved. */
  moved: (tab: TextTab, person: Participant) => void;
}

// Milliseconds in which what was typed should have reached the session.
const arrives = 3000;
const ownEvents = ["input", "delete", "move", "select", "undo", "redo"];

/** An open text file: its half of the collaboration, what the others are doing in it, and its editors, one in each group that shows it. */
export class TextTab {
  readonly kind = "text";
  readonly client: DocumentClient;
  readonly #options: TextTabOptions;
  readonly #indent: string;
  readonly #texts: TextViews;
  readonly #listeners = new Set<() => void>();
  readonly #presenceIn: PresenceIn;
  readonly #presenceOut: PresenceOut;
  /** Sending, and what comes back, would be in the way of the frame that shows the edit. */
  readonly #pushing = new AfterFrame(() => this.client.push());
  readonly #off: (() => void)[] = [];
  #helpOff: (() => void) | undefined;
  #named = "";
  #mayEdit: boolean;
  #locked: string | undefined;
  languageName = "Plain text";
  /** How often this person edited it, or moved in it. */
  acts = 0;

  constructor(opened: OpenedDocument, options: TextTabOptions) {
    this.#options = options;
    this.#mayEdit = options.mayEdit;
    const { session } = options;
    const doc = textOf(opened.text ?? "");
    this.#indent = indentationOf(nameOf(opened.path), doc);
    this.#texts = new TextViews({
      doc, version: opened.version, path: () => this.client?.path ?? opened.path, indent: this.#indent, cspNonce: options.cspNonce,
      look: { settings: options.settings, theme: options.theme, language: [], help: [], locked: undefined },
      dispatched: (transactions, local) => this.#dispatched(transactions, local),
      moved: () => this.#presenceOut.changed(), refused: () => options.failed(new Error(tooLarge)),
      crLf: () => (this.client?.lineEnding ?? opened.lineEnding) === "crlf",
    });
    this.client = new DocumentClient(
      opened, options.clientId,
      this.#texts,
      {
        open: (request) => session.request("documents.open", request),
        push: (request) => session.request("documents.push", request),
      },
      () => this.#changed());
    this.client.live = session.live;
    this.client.frozen = session.welcome?.frozen != null;
    this.#presenceIn = new PresenceIn(this.client, (places) => {
      const others = places.filter(({ person }) => person.connection !== session.welcome?.self.connection);
      if (others.length === 0) return;
      this.#texts.first.dispatch({
        effects: others.map(({ person, selections }) =>
          setRemotePerson.of({ connection: person.connection, name: person.name, colour: options.colourOf(person.user), selections })),
      });
      for (const { person } of others) options.moved(this, person);
    });
    this.#presenceOut = new PresenceOut(
      this.client,
      () => this.state.selection.ranges.slice(0, 20).map(({ anchor, head }) => ({ anchor, head })),
      (presence) => void session.request("documents.presence", presence).catch(() => undefined));
    this.#listen(session);
    this.#renamed();
    this.#setEditable();
  }

  /** Goes on where an earlier page of this browser tab was; what it had not sent is sent. */
  static from(draft: Draft, options: TextTabOptions): TextTab {
    const tab = new TextTab(openedFrom(draft), { ...options, clientId: draft.client });
    tab.client.joined = false;
    tab.client.disconnected();
    for (const changes of pendingOf(draft)) tab.view.dispatch({ changes, filter: false });
    options.drafts.adopt(tab.client, draft);
    if (options.session.live) tab.client.connected();
    return tab;
  }

  /** The editor that the person used last. */
  get view(): EditorView {
    return this.#texts.lead;
  }

  get views(): readonly EditorView[] {
    return this.#texts.all;
  }

  get state(): EditorState {
    return this.view.state;
  }

  get path(): string {
    return this.client.path;
  }

  get saveState(): SaveState {
    return this.client.saveState;
  }

  get indentation(): string {
    return indentationName(this.#indent);
  }

  get cursor(): string {
    const { main, ranges } = this.state.selection;
    const line = this.state.doc.lineAt(main.head);
    const place = `Ln ${line.number}, Col ${main.head - line.from + 1}`;
    if (ranges.length > 1) return `${place} (${ranges.length} selections)`;
    return main.empty ? place : `${place} (${main.to - main.from} selected)`;
  }

  /** Its editor in a group, made when the group has none. */
  viewIn(group: object): EditorView {
    return this.#texts.in(group);
  }

  leave(group: object): void {
    this.#texts.leave(group);
  }

  /** The person is in this group now. */
  enter(group: object): void {
    this.#texts.enter(group);
  }

  /** Called after each change of the text, of what `serve` has of it, or of the selection. */
  onUpdate(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called with each further editor of the text. */
  onView(listener: (view: EditorView) => void): () => void {
    return this.#texts.onView(listener);
  }

  /** The file was deleted: makes it again with the text shown. */
  async restore(): Promise<void> {
    const text = this.state.doc;
    const opened = await this.#options.session.request("documents.open", { path: this.path, create: true });
    this.client.reset(opened);
    const now = this.state.doc;
    if (!now.eq(text)) this.view.dispatch({ changes: { from: 0, to: now.length, insert: text } });
  }

  /** Selects a place and brings it into sight; what is no longer there becomes the nearest that is. */
  reveal({ line, column = 0, length = 0 }: Place): void {
    const { doc } = this.state;
    const found = doc.line(Math.max(1, Math.min(line, doc.lines)));
    const anchor = Math.min(found.from + column, found.to);
    const head = Math.min(anchor + length, found.to);
    this.view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  }

  /** Writes where the cursor is, as if it was typed with these keys; nothing where nothing may be typed. */
  type(text: string, keys: UserSettings["keys"]): void {
    const { view } = this;
    if (view.state.readOnly) return;
    if (keys === "vim") pressKeys(view, text);
    else typeText(view, text);
  }

  /** Brings somebody's cursor into sight, where it is known. */
  revealPerson(connection: number): void {
    const head = headOf(this.state, connection);
    if (head !== undefined) this.view.dispatch({ effects: EditorView.scrollIntoView(head, { y: "nearest", yMargin: 80, x: "nearest" }) });
  }

  /** The page may be gone before its next frame: what is not on its way is sent. */
  push(): void {
    this.#pushing.stop();
    this.client.hurry();
  }

  /** Sends what is left; whether `serve` has all of it, which a wait of some seconds tells. */
  deliver(): Promise<boolean> {
    return this.client.pending === 0 ? Promise.resolve(true) : this.client.deliver(arrives);
  }

  setSettings(settings: UserSettings): void {
    this.#texts.set("settings", settings);
  }

  setTheme(theme: Theme): void {
    this.#texts.set("theme", theme);
  }

  setMayEdit(mayEdit: boolean): void {
    this.#mayEdit = mayEdit;
    this.#setEditable();
  }

  dispose(): void {
    this.#pushing.stop();
    this.client.stop();
    this.#helpOff?.();
    this.#presenceOut.dispose();
    this.#off.forEach((off) => off());
    const { session } = this.#options;
    if (session.live) void session.request("documents.close", { document: this.client.document }).catch(() => undefined);
    this.#texts.destroy();
  }

  #listen(session: Session): void {
    const { first: view } = this.#texts;
    const mine = (message: { document: string }) => message.document === this.client.document;
    this.#off.push(
      session.on("live", ({ welcome }) => {
        this.client.frozen = welcome.frozen != null;
        view.dispatch({ effects: clearRemotePeople.of(null) });
        this.client.connected();
        this.#presenceOut.reconnected();
      }),
      session.on("connection", (connection) => {
        if (connection !== "live" && this.client.live) this.client.disconnected();
      }),
      session.on("session.frozen", ({ reason }) => this.client.freeze(reason != null)),
      session.on("documents.updates", (message) => {
        if (mine(message)) this.client.updates(message);
      }),
      session.on("documents.flushed", (message) => {
        if (mine(message)) this.client.flushed(message.version, message.at);
      }),
      session.on("documents.failed", (message) => {
        if (mine(message)) this.client.failed(message.message);
      }),
      session.on("documents.moved", (message) => {
        if (mine(message)) this.client.moved(message.path ?? undefined);
      }),
      session.on("documents.reset", (message) => {
        if (mine(message) || message.path === this.client.path) this.client.reset(message);
      }),
      session.on("documents.presence", (message) => {
        if (mine(message)) this.#presenceIn.received(message.people);
      }),
      session.on("session.participants", ({ people }) => {
        const there = new Set(people.map((person) => person.connection));
        for (const { connection, name } of session.people) {
          if (!there.has(connection)) view.dispatch({ effects: setRemotePerson.of({ connection, name, colour: 0, selections: [] }) });
        }
      }));
  }

  #dispatched(transactions: readonly Transaction[], local: boolean): void {
    for (const listener of [...this.#listeners]) listener();
    if (transactions.some((transaction) => ownEvents.some((event) => transaction.isUserEvent(event)))) {
      this.acts++;
      this.#options.acted();
    }
    if (local) {
      this.client.edited();
      this.#pushing.ask();
    }
    if (transactions.some((transaction) => transaction.selection !== undefined || transaction.docChanged)) {
      this.#presenceOut.changed();
      if (!local) this.#options.changed();
    }
  }

  #changed(): void {
    this.#options.drafts.changed(this.client);
    this.#renamed();
    this.#setEditable();
    this.#presenceIn.advanced();
    this.#presenceOut.settle();
    this.#options.changed();
  }

  #setEditable(): void {
    const locked = !this.#mayEdit ? "viewer" : this.client.joined ? this.client.readOnly : "joining";
    if (locked === this.#locked) return;
    this.#locked = locked;
    queueMicrotask(() => this.#texts.set("locked", locked));
  }

  #renamed(): void {
    const name = nameOf(this.client.path);
    if (name === this.#named) return;
    this.#named = name;
    const description = languageOf(name);
    this.languageName = description?.name ?? "Plain text";
    this.#helpOff?.();
    this.#helpOff = this.#options.help(this, (extension) => this.#texts.set("help", extension));
    const use = (support: Extension) => {
      if (this.#named === name) this.#texts.set("language", support);
    };
    // The text is there without its colours; an old tab's chunks may be gone after an upgrade.
    if (description) description.load().then(use, () => undefined);
    else queueMicrotask(() => use([]));
  }
}
