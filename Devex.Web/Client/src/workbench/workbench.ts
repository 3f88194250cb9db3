import { EditorPane } from "../editor/editorPane.js";
import { FilesPanel } from "../files/filesPanel.js";
import { Languages } from "../languages/languages.js";
import { element } from "../layout/dom.js";
import { type ExtraKey, KeyRow } from "../layout/keyRow.js";
import { showKeys } from "../layout/keysHelp.js";
import { Panes } from "../layout/panes.js";
import { Toasts } from "../layout/toasts.js";
import type { Repl } from "../protocol/api.js";
import type { SavesState } from "../protocol/saves.js";
import type { Role } from "../protocol/session.js";
import { Ports } from "../run/ports.js";
import { RunControl } from "../run/runControl.js";
import { Api } from "../session/api.js";
import { ReplEvents } from "../session/events.js";
import { Session } from "../session/session.js";
import { Banner } from "../status/banner.js";
import { notice } from "../status/notice.js";
import { Overlay } from "../status/overlay.js";
import { spaceWords, type SpaceWords } from "../status/saves.js";
import { StatusBar } from "../status/statusBar.js";
import { TerminalsPanel } from "../terminals/terminalsPanel.js";
import type { Theme, WorkbenchConfig } from "./config.js";
import { Header } from "./header.js";
import { colourOf } from "./people.js";
import { shortcut } from "./shortcuts.js";

export type { Theme, WorkbenchConfig } from "./config.js";

export interface Workbench {
  dispose(): void;
  setTheme(theme: Theme): void;
}

/** What browser tests read; drawings on a canvas leave no text in the page. */
interface Inspection {
  terminalText(id?: string): string | undefined;
  editorText(): string | undefined;
  connection(): string;
}

declare global {
  interface Window {
    devexWorkbench?: Inspection;
  }
}

/** Puts the workbench of one REPL into an element, and keeps it there through lost connections, stops and starts. */
export function mount(host: HTMLElement, config: WorkbenchConfig): Workbench {
  return new Page(host, config);
}

class Page implements Workbench {
  readonly #config: WorkbenchConfig;
  readonly #stop = new AbortController();
  readonly #api: Api;
  readonly #session: Session;
  readonly #events: ReplEvents;
  readonly #root = element("div", { class: "dx-workbench" });
  readonly #toasts = new Toasts();
  readonly #banner = new Banner();
  readonly #status: StatusBar;
  readonly #overlay: Overlay;
  readonly #header: Header;
  readonly #files: FilesPanel;
  readonly #editor: EditorPane;
  readonly #languages: Languages;
  readonly #terminals: TerminalsPanel;
  readonly #run: RunControl;
  readonly #ports: Ports;
  readonly #panes: Panes;
  #theme: Theme;
  #role: Role;
  #repl: Repl | undefined;
  #frozen: string | undefined;
  #space: SpaceWords | undefined;
  #opened = false;
  #frame = 0;

  constructor(host: HTMLElement, config: WorkbenchConfig) {
    this.#config = config;
    this.#theme = config.theme;
    this.#role = config.role;
    this.#api = new Api(config.apiBase, config.replId);
    const session = (this.#session = new Session(this.#api));
    this.#events = new ReplEvents(config.apiBase, config.replId);
    const toasts = this.#toasts;
    const mayEdit = () => this.#role !== "viewer";
    const keyRow = new KeyRow({ press: (key) => this.#press(key) });
    const takeControl = () => keyRow.takeControl();

    this.#languages = new Languages({ session, api: this.#api, toasts, editor: () => this.#editor, mayEdit });
    this.#editor = new EditorPane({
      session, replId: config.replId, user: config.user.id, theme: config.theme, cspNonce: config.cspNonce ?? undefined, mayEdit, colourOf,
      help: (tab, use) => this.#languages.attach(tab, use),
      download: (path) => void this.#files.download(path),
      changed: () => {
        // Not in the next frame: who types and looks, or acts, at once must not read "Saved" of an edit that is not.
        this.#header.save(this.#editor.saveState);
        this.#schedule();
      },
      shown: (path) => this.#files.reveal(path),
    });
    this.#files = new FilesPanel({
      session, toasts, mayEdit,
      open: (path, focus) => {
        if (this.#panes.narrow) this.#panes.show("editor");
        void this.#editor.open(path, focus);
      },
      renamed: (from, to) => this.#editor.renamed(from, to),
      deleted: (path) => this.#editor.deleted(path),
    });
    this.#terminals = new TerminalsPanel({ session, toasts, mayEdit, takeControl, hide: () => this.#panes.toggle("terminal") });
    this.#run = new RunControl({
      session, toasts, mayEdit, command: () => (this.#repl ? this.#repl.runCommand : config.runCommand) ?? undefined, size: () => this.#terminals.size(),
      show: (terminal) => {
        this.#panes.show("terminal");
        this.#terminals.select(terminal, false);
      },
    });
    this.#ports = new Ports(session, this.#api, toasts, config.previewOrigin);
    this.#header = new Header({
      replId: config.replId, name: config.name, theme: config.theme, ports: this.#ports.element, run: this.#run.element, showKeys,
      toggleTheme: () => this.#choose(this.#theme === "dark" ? "light" : "dark"),
    });
    this.#status = new StatusBar(config.notice ?? (config.isolated ? undefined : "Not isolated"));
    this.#status.element.append(this.#languages.element);
    this.#overlay = new Overlay({
      start: async () => this.#replChanged(await this.#api.start()),
      retry: () => session.connect(),
    });
    this.#panes = new Panes(this.#root, {
      files: this.#files.element, editor: this.#editor.element, terminal: this.#terminals.element, keyRow: keyRow.element,
      focus: { files: () => this.#files.focus(), editor: () => this.#editor.focus(), terminal: () => this.#terminals.focus() },
      resized: () => this.#layout(),
    });
    this.#panes.body.append(this.#overlay.element);
    this.#root.append(this.#header.element, this.#banner.element, this.#panes.body, this.#status.element, this.#panes.switcher, toasts.element);
    host.replaceChildren(this.#root);
    this.#listen();
    window.devexWorkbench = {
      terminalText: (id) => this.#terminals.text(id),
      editorText: () => this.#editor.text,
      connection: () => session.connection,
    };
    this.#setRole(config.role);
    this.#events.connect();
    session.connect();
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    document.documentElement.dataset.theme = theme;
    this.#header.setTheme(theme);
    this.#editor.setTheme(theme);
    this.#terminals.setTheme();
  }

  dispose(): void {
    this.#stop.abort();
    cancelAnimationFrame(this.#frame);
    this.#events.dispose();
    this.#editor.dispose();
    this.#terminals.dispose();
    this.#files.dispose();
    this.#run.dispose();
    this.#ports.dispose();
    this.#overlay.dispose();
    this.#status.dispose();
    this.#session.dispose();
    this.#root.remove();
    delete window.devexWorkbench;
  }

  #listen(): void {
    const session = this.#session;
    const { signal } = this.#stop;
    session.on("connection", (connection) => {
      this.#status.connection(connection);
      this.#schedule();
      // Events may have been missed while the machine slept.
      if (connection === "ended") void this.#api.repl().then((repl) => this.#replChanged(repl), () => undefined);
    });
    session.on("latency", (latency) => this.#status.latency(latency));
    session.on("live", ({ welcome }) => {
      this.#setRole(welcome.self.role);
      if (!this.#opened) {
        this.#opened = true;
        void this.#editor.openRemembered(this.#repl?.defaultFile ?? this.#config.defaultFile ?? undefined);
      }
    });
    session.on("live", () => void session.request("saves.state", {}).then((state) => this.#looked(state), () => undefined));
    session.on("saves.changed", (state) => this.#looked(state));
    session.on("session.participants", ({ people }) => this.#header.people.render(people, session.welcome?.self.connection));
    session.on("session.frozen", ({ reason }) => {
      this.#frozen = reason ?? undefined;
      this.#schedule();
    });
    session.on("session.role", ({ role }) => this.#setRole(role));
    this.#events.on("repl", (repl) => this.#replChanged(repl));
    this.#events.on("saved", (saved) => {
      this.#status.saved(saved);
      this.#editor.saved(saved.asOf);
    });
    this.#root.addEventListener("keydown", (event) => {
      if ((event.target as Element).closest("dialog")) return;
      shortcut(event, {
        keys: showKeys,
        run: () => void this.#run.toggle(),
        stepPane: (by) => this.#panes.step(by),
        toggleFiles: () => this.#panes.toggle("files"),
        toggleTerminal: () => this.#panes.toggle("terminal"),
        betweenEditorAndTerminal: () => this.#panes.focus(this.#terminals.element.contains(document.activeElement) ? "editor" : "terminal"),
        closeTab: () => void this.#editor.close(),
        stepTab: (by) => (this.#terminals.element.contains(document.activeElement) ? this.#terminals.step(by) : this.#editor.step(by)),
        newFile: () => {
          this.#panes.show("files");
          void this.#files.create("file");
        },
        newTerminal: () => {
          this.#panes.show("terminal");
          void this.#terminals.open();
        },
      });
    }, { capture: true, signal });
    window.addEventListener("beforeunload", (event) => {
      if (this.#editor.unacknowledged > 0) event.preventDefault();
    }, { signal });
    window.addEventListener("pagehide", () => this.#editor.keepDrafts(), { signal });
    window.addEventListener("resize", () => this.#layout(), { signal });
    // A soft keyboard covers the page; the visible part is what there is to work in.
    window.visualViewport?.addEventListener("resize", () => {
      this.#root.style.setProperty("--dx-viewport", `${window.visualViewport?.height ?? innerHeight}px`);
      this.#layout();
    }, { signal });
  }

  #looked(state: SavesState): void {
    this.#status.saves(state);
    this.#editor.looked(state);
    this.#space = spaceWords(state.usage);
    this.#schedule();
  }

  #replChanged(repl: Repl): void {
    const before = this.#repl?.state;
    this.#repl = repl;
    this.#header.rename(repl.name);
    document.title = `${repl.name} · Devex`;
    this.#status.saved(repl.saved);
    this.#editor.saved(repl.saved?.asOf);
    this.#run.render();
    if (repl.state === "stopped" || repl.state === "starting") this.#session.end();
    else if (repl.state === "running" && (this.#session.connection === "ended" || before === "starting")) {
      if (this.#session.connection !== "live") this.#session.connect();
    }
    this.#schedule();
  }

  #setRole(role: Role): void {
    this.#role = role;
    this.#root.dataset.role = role;
    this.#editor.setMayEdit(role !== "viewer");
    this.#run.render();
  }

  #choose(theme: Theme): void {
    // The pages read it, so that the first paint of the next one is right.
    document.cookie = `devex-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    this.setTheme(theme);
  }

  #layout(): void {
    this.#editor.layout();
    this.#terminals.layout();
  }

  /** What is shown follows what is known, once per frame. */
  #schedule(): void {
    if (this.#frame !== 0 || this.#stop.signal.aborted) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render(): void {
    const session = this.#session;
    const tab = this.#editor.active;
    this.#header.save(this.#editor.saveState);
    this.#languages.render();
    this.#status.file(tab?.kind === "text"
      ? { cursor: tab.cursor, indent: tab.indentation, ending: tab.client.lineEnding.toUpperCase(), language: tab.languageName }
      : undefined);
    this.#overlay.render(this.#repl, session.connection, session.reason, this.#editor.unacknowledged);
    const covered = !this.#overlay.element.hidden;
    this.#panes.setCovered(covered);
    this.#banner.show(covered ? undefined : notice({
      connection: session.connection, frozen: this.#frozen, unsent: this.#editor.unacknowledged, repl: this.#repl, space: this.#space,
      connect: () => session.connect(),
    }));
    this.#root.dataset.connection = session.connection;
  }

  #press(key: ExtraKey): void {
    if (this.#panes.front === "terminal") {
      const application = this.#terminals.active?.terminal.modes.applicationCursorKeysMode ? "O" : "[";
      const sequences: Record<ExtraKey, string> = {
        Escape: "\x1b", Tab: "\t", ArrowUp: `\x1b${application}A`, ArrowDown: `\x1b${application}B`, ArrowRight: `\x1b${application}C`, ArrowLeft: `\x1b${application}D`,
      };
      this.#terminals.active?.type(sequences[key]);
    } else {
      this.#editor.press(key);
    }
  }
}
