// The whole page. It is long because it is where the parts meet; what a part does is in the part.
//
//   ┌ header: name, save state, people, ports, share, run ────────────┐
//   ├ banner ─────────────────────────────────────────────────────────┤
//   │ side    │ editor                            │ preview            │     commands: keys and palette
//   │ panels  ├───────────────────────────────────┴────────────────────┤     lateParts: what is fetched when it is wanted
//   │         │ terminals                                              │
//   └ status ──────────────────────────────────────────────────────────┘
import { Commands } from "../commands/commands.js";
import { EditorPane } from "../editor/editorPane.js";
import { FilesPanel } from "../files/filesPanel.js";
import { Languages } from "../languages/languages.js";
import { element } from "../layout/dom.js";
import { KeyRow } from "../layout/keyRow.js";
import { showKeys } from "../layout/keysHelp.js";
import { Panes } from "../layout/panes.js";
import { Toasts } from "../layout/toasts.js";
import { followVisibleHeight } from "../layout/visibleHeight.js";
import { WhenIdle } from "../layout/whenIdle.js";
import type { Repl, SessionTicket } from "../protocol/api.js";
import type { SavesState } from "../protocol/saves.js";
import type { Role } from "../protocol/session.js";
import { Ports } from "../run/ports.js";
import { PreviewPane } from "../run/previewPane.js";
import { RunControl } from "../run/runControl.js";
import { Api } from "../session/api.js";
import { ReplEvents } from "../session/events.js";
import { keepCurrent } from "../session/keepCurrent.js";
import { Session } from "../session/session.js";
import { Settings } from "../settings/settings.js";
import { idleWords } from "../status/notice.js";
import { StatusBar } from "../status/statusBar.js";
import { TerminalsPanel } from "../terminals/terminalsPanel.js";
import type { Theme, WorkbenchConfig } from "./config.js";
import { Follow } from "./follow.js";
import { Header } from "./header.js";
import { allowInspection } from "./inspection.js";
import { LateParts } from "./lateParts.js";
import { Look } from "./look.js";
import { colourOf, learnColours } from "./people.js";
import { SessionLife } from "./sessionLife.js";
import { workbenchCommands } from "./workbenchCommands.js";

export type { Theme, WorkbenchConfig } from "./config.js";

export interface Workbench {
  dispose(): void;
  setTheme(theme: Theme): void;
}

/** Puts the workbench of one REPL into an element, and keeps it there through lost connections, stops and starts. `ticket`: what opens its session, where that was asked for already. */
export function mount(host: HTMLElement, config: WorkbenchConfig, api = new Api(config.apiBase, config.replId), ticket?: Promise<SessionTicket>): Workbench {
  return new Page(host, config, api, ticket);
}

/** Whether the page before this one, in which the REPL was made, leaves its start to this one; asked once, a reload starts nothing. */
function takeStart(replId: string): boolean {
  const wanted = sessionStorage.getItem("devex.start") === replId;
  if (wanted) sessionStorage.removeItem("devex.start");
  return wanted;
}

class Page implements Workbench {
  readonly #stop = new AbortController();
  readonly #api: Api;
  readonly #session: Session;
  readonly #events: ReplEvents;
  readonly #root = element("div", { class: "dx-workbench" });
  readonly #toasts = new Toasts();
  readonly #status: StatusBar;
  readonly #life: SessionLife;
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
  readonly #look: Look;
  readonly #late: LateParts;
  readonly #rendering = new WhenIdle(() => this.#render());
  #role: Role;

  constructor(host: HTMLElement, config: WorkbenchConfig, api: Api, ticket: Promise<SessionTicket> | undefined) {
    this.#role = config.role;
    this.#api = api;
    const session = (this.#session = new Session(api, ticket));
    this.#events = new ReplEvents(api);
    const toasts = this.#toasts;
    const mayEdit = () => this.#role !== "viewer";
    const keyRow = new KeyRow({ press: (key) => (this.#panes.front === "terminal" ? this.#terminals.active : this.#editor)?.press(key) });

    this.#settings = new Settings(this.#api, (settings) => {
      this.#look.follow();
      this.#editor.files.setSettings(settings);
      this.#terminals.setFontSize(settings.fontSize);
    });
    this.#look = new Look({
      root: this.#root, theme: config.theme, settings: this.#settings, toasts,
      themed: (theme) => {
        this.#header.setTheme(theme);
        this.#editor.files.setTheme(theme);
        this.#terminals.setTheme();
      },
    });
    this.#life = new SessionLife({
      api: this.#api, session, events: this.#events, state: config.state, wanted: takeStart(config.replId), unsent: () => this.#editor.files.unacknowledged,
      entered: () => void this.#editor.openRemembered(this.#life.repl?.defaultFile ?? config.defaultFile ?? undefined),
      told: (repl) => this.#told(repl), failed: (error) => toasts.error(error), changed: () => this.#schedule(),
    });
    this.#languages = new Languages({ session, api: this.#api, toasts, editor: () => this.#editor, mayEdit });
    this.#editor = new EditorPane({
      settings: () => this.#settings.now,
      session, replId: config.replId, user: config.user.id, theme: config.theme, cspNonce: config.cspNonce ?? undefined, mayEdit, colourOf,
      help: (tab, use) => this.#languages.attach(tab, use),
      download: (path) => void this.#files.download(path),
      changed: () => {
        // Not after the next frame: who types and looks, or acts, at once must not read "Saved" of an edit that is not.
        this.#renderSaves();
        this.#schedule();
      },
      failed: (error) => toasts.error(error), acted: () => this.#follow.stop(), moved: (tab, person) => this.#follow.moved(tab, person),
      shown: (path) => {
        this.#files.reveal(path);
        this.#follow.opened();
      },
    });
    this.#follow = new Follow({ session, toasts, editor: this.#editor, changed: (user) => this.#header.people.setFollowed(user), toEditor: () => this.#panes.toEditor() });
    this.#files = new FilesPanel({
      session, toasts, mayEdit,
      open: (path, focus, typed) => {
        this.#panes.toEditor();
        void this.#editor.open(path, focus, undefined, typed);
      },
      renamed: (from, to) => this.#editor.renamed(from, to),
      deleted: (path) => this.#editor.deleted(path),
    });
    this.#terminals = new TerminalsPanel({ session, toasts, mayEdit, takeControl: () => keyRow.takeControl(), fontSize: () => this.#settings.now.fontSize, hide: () => this.#panes.close("terminal") });
    this.#run = new RunControl({
      session, toasts, mayEdit, stopping: () => this.#life.repl?.state === "stopping", owns: () => this.#role === "owner", keep: async (command) => this.#life.take(await this.#api.keepRunCommand(command)),
      command: () => (this.#life.repl ? this.#life.repl.runCommand : config.runCommand) ?? undefined, size: () => this.#terminals.size(), deliver: () => this.#editor.files.deliver(),
      show: (terminal) => {
        this.#panes.show("terminal");
        this.#terminals.select(terminal, false);
      },
    });
    this.#preview = new PreviewPane({ api: this.#api, session, toasts, role: () => this.#role, previewOrigin: config.previewOrigin, hide: () => this.#panes.close("preview") });
    this.#ports = new Ports({
      session, api: this.#api, toasts, previewOrigin: config.previewOrigin, changed: (ports) => this.#preview.setPorts(ports), preview: (port) => this.#showPreview(port),
    });
    this.#late = new LateParts({
      api: this.#api, session, toasts, commands: this.#commands, settings: this.#settings, editor: this.#editor, files: this.#files, panes: () => this.#panes,
      role: () => this.#role, user: config.user.id, branch: (name) => this.#status.branch(name),
    });
    this.#header = new Header({
      replId: config.replId, name: config.name, theme: config.theme, ports: this.#ports.element, run: this.#run.element, showKeys: () => showKeys(this.#commands),
      toggleTheme: () => this.#look.toggleTheme(), share: () => this.#late.share(), settings: () => this.#late.settings(), follow: (user) => this.#follow.toggle(user),
    });
    this.#status = new StatusBar(config.notice ?? (config.isolated ? undefined : "Not isolated"));
    this.#status.element.append(this.#languages.element);
    this.#panes = new Panes(this.#root, {
      side: this.#late.side, editor: this.#editor.element, preview: this.#preview.element, terminal: this.#terminals.element, keyRow: keyRow.element,
      focus: { editor: () => this.#editor.focus(), preview: () => this.#preview.focus(), terminal: () => this.#terminals.focus() },
      resized: () => this.#layout(),
    });
    this.#panes.body.append(this.#life.overlay.element, toasts.element);
    this.#root.append(this.#header.element, this.#life.banner.element, this.#panes.body, this.#status.element, this.#panes.switcher);
    host.replaceChildren(this.#root);
    this.#addCommands();
    this.#listen();
    allowInspection(session, this.#editor, this.#terminals);
    this.#setRole(config.role);
    this.#life.begin();
    // What this browser remembers holds until Core has answered, and while it does not.
    void this.#settings.load().catch(() => undefined);
  }

  setTheme(theme: Theme): void {
    this.#look.setTheme(theme);
  }

  dispose(): void {
    this.#stop.abort();
    this.#rendering.stop();
    this.#events.dispose();
    this.#follow.dispose();
    this.#editor.dispose();
    this.#terminals.dispose();
    this.#files.dispose();
    this.#late.dispose();
    this.#run.dispose();
    this.#ports.dispose();
    this.#preview.dispose();
    this.#life.dispose();
    this.#look.dispose();
    this.#status.dispose();
    this.#session.dispose();
    this.#root.remove();
    delete window.devexWorkbench;
  }

  #listen(): void {
    const session = this.#session;
    const { signal } = this.#stop;
    session.on("connection", (connection) => this.#status.connection(connection));
    session.on("latency", (latency) => this.#status.latency(latency));
    session.on("live", ({ welcome }) => this.#setRole(welcome.self.role));
    keepCurrent(session, "saves.changed", (state) => this.#looked(state));
    session.on("session.participants", ({ people }) => {
      learnColours(people);
      this.#header.people.render(people, session.welcome?.self.connection);
    });
    session.on("session.role", ({ role }) => this.#setRole(role));
    this.#events.on("saved", (saved) => {
      this.#status.saved(saved);
      this.#editor.files.saved(saved);
    });
    this.#commands.listen(signal);
    window.addEventListener("beforeunload", (event) => {
      // Firefox takes nothing more for a WebSocket once the page is hidden.
      this.#editor.files.keepDrafts();
      if (this.#editor.files.unacknowledged > 0 || this.#files.uploading) event.preventDefault();
    }, { signal });
    window.addEventListener("pagehide", () => this.#editor.files.keepDrafts(), { signal });
    // Where a page that nobody looks at is ended, as on phones, this is the last that it hears.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#editor.files.keepDrafts();
    }, { signal });
    window.addEventListener("resize", () => this.#layout(), { signal });
    followVisibleHeight(this.#root, () => this.#layout(), signal);
  }

  #addCommands(): void {
    this.#commands.add(...workbenchCommands({
      session: this.#session, panes: this.#panes, editor: this.#editor, files: this.#files, terminals: this.#terminals, run: this.#run, ports: this.#ports, previewPane: this.#preview,
      mayEdit: () => this.#role !== "viewer", keys: () => this.#settings.now.keys, save: () => this.#save(),
      showKeys: () => showKeys(this.#commands), toggleTheme: () => this.#look.toggleTheme(),
      follow: this.#follow, followSomebody: () => this.#late.pickPerson(this.#follow),
      share: () => this.#late.share(), settings: () => this.#late.settings(), pick: (text) => this.#late.pick(text), search: (replace) => this.#late.search(replace),
      preview: (port) => this.#showPreview(port),
    }));
  }

  #looked(state: SavesState): void {
    this.#status.saves(state);
    this.#editor.files.looked(state);
    this.#life.looked(state);
  }

  #told(repl: Repl): void {
    this.#header.rename(repl.name);
    document.title = `${repl.name} · Devex`;
    this.#status.saved(repl.saved);
    this.#status.idle(idleWords(repl));
    this.#editor.files.saved(repl.saved);
    this.#run.render();
    this.#ports.setLinks(repl.previewLinks ?? []);
    this.#preview.setLinks(repl.previewLinks ?? []);
  }

  #setRole(role: Role): void {
    this.#role = role;
    this.#root.dataset.role = role;
    this.#editor.files.setMayEdit(role !== "viewer");
    this.#run.render();
    this.#preview.render();
  }

  /** Edits are saved as they are made: what is left to do is what the person wants done with it. */
  #save(): void {
    const tab = this.#editor.active;
    if (this.#settings.now.formatOnSave && tab?.kind === "text") void this.#languages.format(tab);
  }

  #showPreview(port: number): void {
    this.#panes.show("preview");
    this.#preview.show(port);
  }

  #layout(): void {
    this.#editor.layout();
    this.#terminals.layout();
  }

  /** What is shown follows what is known, when there is time: each key changes something of that, and each answer to it. */
  #schedule(): void {
    if (!this.#stop.signal.aborted) this.#rendering.ask();
  }

  #render(): void {
    const tab = this.#editor.active;
    this.#renderSaves();
    this.#editor.render();
    this.#languages.render();
    this.#status.file(tab?.kind === "text"
      ? { cursor: tab.cursor, indent: tab.indentation, ending: tab.client.lineEnding.toUpperCase(), language: tab.languageName }
      : undefined);
    this.#panes.setCovered(this.#life.render());
    this.#root.dataset.connection = this.#session.connection;
  }

  #renderSaves(): void {
    const state = this.#editor.files.saveState;
    this.#header.save(state);
    this.#status.open(state);
  }
}
