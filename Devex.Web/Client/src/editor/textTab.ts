import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Transaction } from "@codemirror/state";
import {
  crosshairCursor, drawSelection, dropCursor, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap,
  lineNumbers, rectangularSelection,
} from "@codemirror/view";
import { collab } from "../documents/collab.js";
import { DocumentClient, type DocumentHolder } from "../documents/documentClient.js";
import { type Draft, openedFrom, pendingOf } from "../documents/draft.js";
import type { DraftStore } from "../documents/draftStore.js";
import { lines, textOf } from "../documents/lines.js";
import { PresenceIn, PresenceOut } from "../documents/presence.js";
import type { SaveState } from "../documents/saveState.js";
import { nameOf } from "../files/paths.js";
import type { OpenedDocument } from "../protocol/session.js";
import type { Session } from "../session/session.js";
import type { UserSettings } from "../settings/settings.js";
import type { Theme } from "../workbench/config.js";
import { appearance } from "./appearance.js";
import { indentationName, indentationOf } from "./indentation.js";
import { languageOf } from "./languages.js";
import { Preferences } from "./preferences.js";
import { clearRemotePeople, remoteCursors, setRemotePerson } from "./remoteCursors.js";

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
  /** Save state, path or cursor changed. */
  changed: () => void;
}

/** An open text file: its editor, its half of the collaboration, and what the others are doing in it. */
export class TextTab implements DocumentHolder {
  readonly kind = "text";
  readonly view: EditorView;
  readonly client: DocumentClient;
  readonly #options: TextTabOptions;
  readonly #language = new Compartment();
  readonly #dark = new Compartment();
  readonly #editable = new Compartment();
  readonly #help = new Compartment();
  readonly #listeners = new Set<() => void>();
  #helpOff: (() => void) | undefined;
  readonly #indent: string;
  readonly #preferences: Preferences;
  readonly #presenceIn: PresenceIn;
  readonly #presenceOut: PresenceOut;
  readonly #off: (() => void)[] = [];
  #named = "";
  #mayEdit: boolean;
  languageName = "Plain text";

  constructor(opened: OpenedDocument, options: TextTabOptions) {
    this.#options = options;
    this.#mayEdit = options.mayEdit;
    const { session } = options;
    const doc = textOf(opened.text ?? "");
    this.#indent = indentationOf(nameOf(opened.path), doc);
    this.#preferences = new Preferences(this.#indent);
    const state = EditorState.create({
      doc,
      extensions: [
        this.#preferences.extension(options.settings), lines, collab(opened.version), options.cspNonce ? EditorView.cspNonce.of(options.cspNonce) : [],
        lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), codeFolding(), foldGutter(), drawSelection(), dropCursor(),
        EditorState.allowMultipleSelections.of(true), indentOnInput(), bracketMatching(), closeBrackets(), autocompletion(), rectangularSelection(),
        crosshairCursor(), highlightActiveLine(), highlightSelectionMatches(), search({ top: true }),
        // Tab indents; Escape, then Tab leaves the editor, as screen-reader users expect of editors.
        keymap.of([
          { key: "Mod-s", run: () => true, preventDefault: true },
          ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, indentWithTab,
        ]),
        this.#language.of([]), this.#dark.of(EditorView.darkTheme.of(options.theme === "dark")), this.#editable.of([]), this.#help.of([]),
        appearance, remoteCursors,
        // An editable region has the keyboard by itself; the index says so to those that read the page, where the text scrolls.
        EditorView.contentAttributes.of({ "aria-label": `Text of ${opened.path}`, "data-testid": "editor", tabindex: "0" }),
      ],
    });
    this.view = new EditorView({ state, dispatchTransactions: (transactions) => this.#dispatched(transactions) });
    this.#preferences.apply(this.view, options.settings);
    this.client = new DocumentClient(
      opened, options.clientId,
      this,
      {
        open: (request) => session.request("documents.open", request),
        push: (request) => session.request("documents.push", request),
      },
      () => this.#changed());
    this.client.live = session.live;
    this.client.frozen = session.welcome?.frozen != null;
    this.#presenceIn = new PresenceIn(this.client, (from, selections) => {
      if (from.connection === session.welcome?.self.connection) return;
      this.view.dispatch({ effects: setRemotePerson.of({ connection: from.connection, name: from.name, colour: options.colourOf(from.user), selections }) });
    });
    this.#presenceOut = new PresenceOut(
      this.client,
      () => this.view.state.selection.ranges.slice(0, 20).map(({ anchor, head }) => ({ anchor, head })),
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
    for (const changes of pendingOf(draft)) tab.view.dispatch({ changes });
    options.drafts.adopt(tab.client, draft);
    if (options.session.live) tab.client.connected();
    return tab;
  }

  get state(): EditorState {
    return this.view.state;
  }

  apply(transactions: readonly Transaction[]): void {
    this.view.dispatch(transactions);
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
    const { main, ranges } = this.view.state.selection;
    const line = this.view.state.doc.lineAt(main.head);
    const place = `Ln ${line.number}, Col ${main.head - line.from + 1}`;
    if (ranges.length > 1) return `${place} (${ranges.length} selections)`;
    return main.empty ? place : `${place} (${main.to - main.from} selected)`;
  }

  /** Called after each change of the text, of what `serve` has of it, or of the selection. */
  onUpdate(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The file was deleted: makes it again with the text shown. */
  async restore(): Promise<void> {
    const text = this.view.state.doc;
    const opened = await this.#options.session.request("documents.open", { path: this.path, create: true });
    this.client.reset(opened);
    const now = this.view.state.doc;
    if (!now.eq(text)) this.view.dispatch({ changes: { from: 0, to: now.length, insert: text } });
  }

  /** Selects a place and brings it into sight; what is no longer there becomes the nearest that is. */
  reveal({ line, column = 0, length = 0 }: Place): void {
    const { doc } = this.view.state;
    const found = doc.line(Math.max(1, Math.min(line, doc.lines)));
    const anchor = Math.min(found.from + column, found.to);
    const head = Math.min(anchor + length, found.to);
    this.view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  }

  setSettings(settings: UserSettings): void {
    this.#preferences.apply(this.view, settings);
  }

  setTheme(theme: Theme): void {
    this.view.dispatch({ effects: this.#dark.reconfigure(EditorView.darkTheme.of(theme === "dark")) });
  }

  setMayEdit(mayEdit: boolean): void {
    this.#mayEdit = mayEdit;
    this.#setEditable();
  }

  dispose(): void {
    this.client.stop();
    this.#helpOff?.();
    this.#presenceOut.dispose();
    this.#off.forEach((off) => off());
    const { session } = this.#options;
    if (session.live) void session.request("documents.close", { document: this.client.document }).catch(() => undefined);
    this.view.destroy();
  }

  #listen(session: Session): void {
    const mine = (message: { document: string }) => message.document === this.client.document;
    this.#off.push(
      session.on("live", ({ welcome }) => {
        this.client.frozen = welcome.frozen != null;
        this.view.dispatch({ effects: clearRemotePeople.of(null) });
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
        if (mine(message)) this.#presenceIn.received(message);
      }),
      session.on("session.participants", ({ people }) => {
        const there = new Set(people.map((person) => person.connection));
        for (const { connection, name } of session.people) {
          if (!there.has(connection)) this.view.dispatch({ effects: setRemotePerson.of({ connection, name, colour: 0, selections: [] }) });
        }
      }));
  }

  #dispatched(transactions: readonly Transaction[]): void {
    this.view.update(transactions);
    for (const listener of [...this.#listeners]) listener();
    const local = transactions.some((transaction) => transaction.docChanged && !transaction.annotation(Transaction.remote));
    if (local) this.client.edited();
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

  #locked: string | undefined;

  #setEditable(): void {
    const locked = !this.#mayEdit ? "viewer" : this.client.joined ? this.client.readOnly : "joining";
    if (locked === this.#locked) return;
    this.#locked = locked;
    // It stays focusable, so that it can be read, searched and copied by keyboard.
    const extension = locked === undefined ? [] : [EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-readonly": "true" })];
    queueMicrotask(() => this.view.dispatch({ effects: this.#editable.reconfigure(extension) }));
  }

  #renamed(): void {
    const name = nameOf(this.client.path);
    if (name === this.#named) return;
    this.#named = name;
    const description = languageOf(name);
    this.languageName = description?.name ?? "Plain text";
    this.#helpOff?.();
    this.#helpOff = this.#options.help(this, (extension) => this.view.dispatch({ effects: this.#help.reconfigure(extension) }));
    description?.load().then(
      (support) => {
        if (this.#named === name) this.view.dispatch({ effects: this.#language.reconfigure(support) });
      },
      // The text is there without its colours; an old tab's chunks may be gone after an upgrade.
      () => undefined);
    if (!description) queueMicrotask(() => this.view.dispatch({ effects: this.#language.reconfigure([]) }));
  }
}
