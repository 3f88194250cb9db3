// The whole page. It is long because it is where the parts meet; what a part does is in the part.
//
//   ┌ header: name, save state, people, ports, share, run ────────────┐
//   ├ banner ─────────────────────────────────────────────────────────┤
//   │ side    │ editor                            │ preview            │     commands: keys and palette
//   │ panels  ├───────────────────────────────────┴────────────────────┤     lateParts: what is fetched when it is wanted
//   │         │ terminals                                              │
//   └ status ──────────────────────────────────────────────────────────┘
import type { Terminal } from "@xterm/xterm";
import { Commands } from "../commands/commands.js";
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
import { PreviewPane } from "../run/previewPane.js";
import { RunControl } from "../run/runControl.js";
import { Api } from "../session/api.js";
import { ReplEvents } from "../session/events.js";
import { Session } from "../session/session.js";
import { defaults, Settings } from "../settings/settings.js";
import { Banner } from "../status/banner.js";
import { idleWords, isInterrupted, notice, untilWarning } from "../status/notice.js";
import { Overlay } from "../status/overlay.js";
import { spaceWords, type SpaceWords } from "../status/saves.js";
import { StatusBar } from "../status/statusBar.js";
import { TerminalsPanel } from "../terminals/terminalsPanel.js";
import type { Theme, WorkbenchConfig } from "./config.js";
import { Follow } from "./follow.js";
import { Header } from "./header.js";
import { LateParts } from "./lateParts.js";
import { colourOf } from "./people.js";
import { workbenchCommands } from "./workbenchCommands.js";

export type { Theme, WorkbenchConfig } from "./config.js";

export interface Workbench {
  dispose(): void;
  setTheme(theme: Theme): void;
}

/** What browser tests and benchmarks read; drawings on a canvas leave no text in the page. */
interface Inspection {
  terminal(): Terminal | undefined;
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

const prefersLight = "(prefers-color-scheme: light)";

const hasNoSession = (state: Repl["state"]) => state === "stopped" || state === "starting";

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
  readonly #follow: Follow;
  readonly #languages: Languages;
  readonly #terminals: TerminalsPanel;
  readonly #run: RunControl;
  readonly #ports: Ports;
  readonly #preview: PreviewPane;
  readonly #panes: Panes;
  readonly #commands = new Commands();
  readonly #settings: Settings;
  readonly #late: LateParts;
  #theme: Theme;
  #role: Role;
  #repl: Repl | undefined;
  #frozen: string | undefined;
  #space: SpaceWords | undefined;
  #warning = 0;
  #opened = false;
  #interrupted = false;
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

    this.#settings = new Settings(this.#api, (settings) => {
      this.#setFontSize(settings.fontSize);
      this.#editor.files.setSettings(settings);
      this.#terminals.setFontSize(settings.fontSize);
      this.#followTheme();
    });
    this.#setFontSize(this.#settings.now.fontSize);
    this.#languages = new Languages({ session, api: this.#api, toasts, editor: () => this.#editor, mayEdit });
    this.#editor = new EditorPane({
      settings: () => this.#settings.now,
      session, replId: config.replId, user: config.user.id, theme: config.theme, cspNonce: config.cspNonce ?? undefined, mayEdit, colourOf,
      help: (tab, use) => this.#languages.attach(tab, use),
      download: (path) => void this.#files.download(path),
      changed: () => {
        // Not in the next frame: who types and looks, or acts, at once must not read "Saved" of an edit that is not.
        this.#renderSaves();
        this.#schedule();
      },
      failed: (error) => toasts.error(error), acted: () => this.#follow.stop(), moved: (tab, person) => this.#follow.moved(tab, person),
      shown: (path) => {
        this.#files.reveal(path);
        this.#follow.opened();
      },
    });
    this.#follow = new Follow({
      session, toasts, editor: this.#editor, changed: (user) => this.#header.people.setFollowed(user),
      toEditor: () => {
        if (this.#panes.narrow) this.#panes.show("editor");
      },
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
    this.#terminals = new TerminalsPanel({ session, toasts, mayEdit, takeControl, fontSize: () => this.#settings.now.fontSize, hide: () => this.#panes.close("terminal") });
    this.#run = new RunControl({
      session, toasts, mayEdit, owns: () => this.#role === "owner", keep: async (command) => this.#replChanged(await this.#api.keepRunCommand(command)),
      command: () => (this.#repl ? this.#repl.runCommand : config.runCommand) ?? undefined, size: () => this.#terminals.size(),
      show: (terminal) => {
        this.#panes.show("terminal");
        this.#terminals.select(terminal, false);
      },
    });
    this.#preview = new PreviewPane({ api: this.#api, session, toasts, role: () => this.#role, previewOrigin: config.previewOrigin, hide: () => this.#panes.close("preview") });
    this.#ports = new Ports({
      session, api: this.#api, toasts, previewOrigin: config.previewOrigin, changed: (ports) => this.#preview.setPorts(ports),
      preview: (port) => {
        this.#panes.show("preview");
        this.#preview.show(port);
      },
    });
    this.#late = new LateParts({
      api: this.#api, session, toasts, commands: this.#commands, settings: this.#settings, editor: this.#editor, files: this.#files, panes: () => this.#panes,
      role: () => this.#role, user: config.user.id, branch: (name) => this.#status.branch(name),
    });
    this.#header = new Header({
      replId: config.replId, name: config.name, theme: config.theme, ports: this.#ports.element, run: this.#run.element, showKeys: () => showKeys(this.#commands),
      toggleTheme: () => this.#toggleTheme(), share: () => this.#late.share(), settings: () => this.#late.settings(), follow: (user) => this.#follow.toggle(user),
    });
    this.#status = new StatusBar(config.notice ?? (config.isolated ? undefined : "Not isolated"));
    this.#status.element.append(this.#languages.element);
    this.#overlay = new Overlay({
      start: async () => this.#replChanged(await this.#api.start()),
      retry: () => session.connect(),
    });
    this.#panes = new Panes(this.#root, {
      side: this.#late.side, editor: this.#editor.element, preview: this.#preview.element, terminal: this.#terminals.element, keyRow: keyRow.element,
      focus: { editor: () => this.#editor.focus(), preview: () => this.#preview.focus(), terminal: () => this.#terminals.focus() },
      resized: () => this.#layout(),
    });
    this.#panes.body.append(this.#overlay.element);
    this.#root.append(this.#header.element, this.#banner.element, this.#panes.body, this.#status.element, this.#panes.switcher, toasts.element);
    host.replaceChildren(this.#root);
    this.#addCommands();
    this.#listen();
    window.devexWorkbench = {
      terminal: () => this.#terminals.active?.terminal,
      terminalText: (id) => this.#terminals.text(id),
      editorText: () => this.#editor.text,
      connection: () => session.connection,
    };
    this.#setRole(config.role);
    this.#events.connect();
    // Where there is no session, the event that it runs is waited for.
    if (hasNoSession(config.state)) session.end();
    else session.connect();
    // What this browser remembers holds until Core has answered, and while it does not.
    void this.#settings.load().catch(() => undefined);
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    document.documentElement.dataset.theme = theme;
    this.#header.setTheme(theme);
    this.#editor.files.setTheme(theme);
    this.#terminals.setTheme();
  }

  dispose(): void {
    this.#stop.abort();
    window.clearTimeout(this.#warning);
    cancelAnimationFrame(this.#frame);
    this.#events.dispose();
    this.#follow.dispose();
    this.#editor.dispose();
    this.#terminals.dispose();
    this.#files.dispose();
    this.#late.dispose();
    this.#run.dispose();
    this.#ports.dispose();
    this.#preview.dispose();
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
      // Events may have been missed while the machine slept; one that comes before the answer is newer.
      const known = this.#repl;
      if (connection === "ended") {
        void this.#api.repl().then((repl) => {
          if (this.#repl === known) this.#replChanged(repl);
        }, () => undefined);
      }
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
      this.#editor.files.saved(saved);
    });
    // On the document, since nothing may have the focus; a dialog keeps its keys to itself.
    document.addEventListener("keydown", (event) => {
      if (!(event.target instanceof Element) || event.target.closest("dialog")) return;
      this.#commands.handle(event);
    }, { capture: true, signal });
    window.addEventListener("beforeunload", (event) => {
      if (this.#editor.files.unacknowledged > 0) event.preventDefault();
    }, { signal });
    window.addEventListener("pagehide", () => this.#editor.files.keepDrafts(), { signal });
    matchMedia(prefersLight).addEventListener("change", () => this.#followTheme(), { signal });
    window.addEventListener("resize", () => this.#layout(), { signal });
    // A soft keyboard covers the page; the visible part is what there is to work in.
    window.visualViewport?.addEventListener("resize", () => {
      this.#root.style.setProperty("--dx-viewport", `${window.visualViewport?.height ?? innerHeight}px`);
      this.#layout();
    }, { signal });
  }

  #addCommands(): void {
    this.#commands.add(...workbenchCommands({
      session: this.#session, panes: this.#panes, editor: this.#editor, files: this.#files, terminals: this.#terminals, run: this.#run, ports: this.#ports, previewPane: this.#preview,
      mayEdit: () => this.#role !== "viewer",
      showKeys: () => showKeys(this.#commands),
      toggleTheme: () => this.#toggleTheme(),
      save: () => this.#save(), keys: () => this.#settings.now.keys,
      follow: this.#follow, followSomebody: () => this.#late.pickPerson(this.#follow),
      share: () => this.#late.share(), settings: () => this.#late.settings(), pick: (text) => this.#late.pick(text), search: (replace) => this.#late.search(replace),
      preview: (port) => {
        this.#panes.show("preview");
        this.#preview.show(port);
      },
    }));
  }

  #setFontSize(size: number): void {
    // The style sheet's own size is larger where fingers point.
    if (size === defaults.fontSize) this.#root.style.removeProperty("--dx-code-size");
    else this.#root.style.setProperty("--dx-code-size", `${size}px`);
  }

  #looked(state: SavesState): void {
    this.#status.saves(state);
    this.#editor.files.looked(state);
    this.#space = spaceWords(state.usage, state.halted);
    this.#schedule();
  }

  #replChanged(repl: Repl): void {
    const before = this.#repl?.state ?? this.#config.state;
    this.#repl = repl;
    this.#interrupted = this.#opened && isInterrupted(repl.state, before, this.#interrupted);
    this.#header.rename(repl.name);
    document.title = `${repl.name} · Devex`;
    this.#status.saved(repl.saved);
    this.#status.idle(idleWords(repl));
    this.#editor.files.saved(repl.saved);
    this.#run.render();
    this.#ports.setLinks(repl.previewLinks ?? []);
    this.#preview.setLinks(repl.previewLinks ?? []);
    window.clearTimeout(this.#warning);
    const warned = untilWarning(repl, new Date());
    // A longer time than the browser counts is over before the next change of the REPL.
    if (warned !== undefined && warned < 2 ** 31) this.#warning = window.setTimeout(() => this.#schedule(), warned);
    if (hasNoSession(repl.state)) this.#session.end();
    else if (repl.state === "running" && (this.#session.connection === "ended" || before === "starting")) {
      if (this.#session.connection !== "live") this.#session.connect();
    }
    this.#schedule();
  }

  #setRole(role: Role): void {
    this.#role = role;
    this.#root.dataset.role = role;
    this.#editor.files.setMayEdit(role !== "viewer");
    this.#run.render();
    this.#preview.render();
  }

  #choose(theme: Theme): void {
    // The pages read it, so that the first paint of the next one is right.
    document.cookie = `devex-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    this.setTheme(theme);
  }

  /** Who has one theme for all machines means all of them. */
  #toggleTheme(): void {
    const theme = this.#theme === "dark" ? "light" : "dark";
    this.#choose(theme);
    if (this.#settings.now.theme != null) void this.#settings.change({ theme }).catch((error: unknown) => this.#toasts.error(error));
  }

  #followTheme(): void {
    const wanted = this.#settings.now.theme;
    if (wanted == null) return;
    const theme = wanted === "system" ? (matchMedia(prefersLight).matches ? "light" : "dark") : wanted;
    if (theme !== this.#theme) this.#choose(theme);
  }

  /** Edits are saved as they are made: what is left to do is what the person wants done with it. */
  #save(): void {
    const tab = this.#editor.active;
    if (this.#settings.now.formatOnSave && tab?.kind === "text") void this.#languages.format(tab);
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
    this.#renderSaves();
    this.#languages.render();
    this.#status.file(tab?.kind === "text"
      ? { cursor: tab.cursor, indent: tab.indentation, ending: tab.client.lineEnding.toUpperCase(), language: tab.languageName }
      : undefined);
    this.#overlay.render(this.#repl, session.connection, session.reason, this.#editor.files.unacknowledged, this.#interrupted);
    const covered = !this.#overlay.element.hidden;
    this.#panes.setCovered(covered);
    this.#banner.show(covered ? undefined : notice({
      connection: session.connection, frozen: this.#frozen, unsent: this.#editor.files.unacknowledged, repl: this.#repl, interrupted: this.#interrupted, space: this.#space,
      connect: () => session.connect(),
    }));
    this.#root.dataset.connection = session.connection;
  }

  #renderSaves(): void {
    const state = this.#editor.files.saveState;
    this.#header.save(state);
    this.#status.open(state);
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
