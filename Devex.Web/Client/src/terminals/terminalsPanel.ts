import { ask } from "../layout/dialog.js";
import { TabBar } from "../editor/tabBar.js";
import { button, element } from "../layout/dom.js";
import { EarlyKeys } from "../layout/earlyKeys.js";
import { icon } from "../layout/icons.js";
import { remembered } from "../layout/storage.js";
import type { Toasts } from "../layout/toasts.js";
import type { TerminalInfo } from "../protocol/terminals.js";
import type { Session } from "../session/session.js";
import { hasFailed } from "./exits.js";
import { ShownTerminals } from "./shownTerminals.js";
import { TerminalView } from "./terminalView.js";
import { typedLast, TypistChip } from "./typist.js";

interface TerminalsPanelOptions {
  session: Session;
  toasts: Toasts;
  mayEdit: () => boolean;
  takeControl: () => boolean;
  fontSize: () => number;
  hide: () => void;
}

// Once in a browser: who knows it needs no reminder.
const toldOfPackages = "told.packages";

/** The session's terminals, a tab each; every one stays connected, one is shown, or two beside each other. */
export class TerminalsPanel {
  readonly element: HTMLElement;
  readonly #options: TerminalsPanelOptions;
  readonly #bar: TabBar;
  readonly #content = element("div", { class: "dx-terminal-content", attributes: { "data-testid": "terminal" } });
  readonly #empty = element("div", { class: "dx-terminal-empty" });
  readonly #off: (() => void)[];
  readonly #views = new Map<string, TerminalView>();
  readonly #splitButton = button("Two terminals beside each other", {
    class: "dx-icon-button dx-editing dx-wide-only dx-head-button", icon: icon("columns", 16), iconOnly: true, attributes: { "data-testid": "split-terminal", "aria-pressed": "false" },
    on: { click: () => (this.isSplit ? this.unsplit() : void this.split()) },
  });
  readonly #typist = new TypistChip();
  readonly #shown: ShownTerminals;
  #greeted = false;
  #wanted: string | undefined;
  /** Those that were opened or closed since all were asked for: the answer may be older than that. */
  #told = new Set<string>();

  constructor(options: TerminalsPanelOptions) {
    this.#options = options;
    this.#shown = new ShownTerminals(this.#content, () => this.#render());
    this.#bar = new TabBar({
      label: "Terminals",
      select: (id) => this.select(id, true),
      close: (id) => void this.#close(id),
      rename: (id) => void this.rename(id),
    });
    const open = () => void this.open();
    const add = button("New terminal", { class: "dx-icon-button dx-editing", icon: icon("plus", 16), iconOnly: true, attributes: { "data-testid": "new-terminal" }, on: { click: open } });
    const hide = button("Hide panel", { class: "dx-icon-button dx-wide-only", icon: icon("close", 16), iconOnly: true, on: { click: options.hide } });
    this.#empty.append(
      element("p", { class: "dx-muted", text: "No terminal is open." }),
      button("New terminal", { class: "dx-button dx-editing", icon: icon("plus", 16), on: { click: open } }));
    this.element = element("section", { class: "dx-panel", attributes: { "aria-label": "Terminals", "aria-busy": "true" } },
      element("div", { class: "dx-panel-bar" }, this.#bar.element, add, this.#splitButton, element("span", { class: "dx-space" }), this.#typist.element, hide), this.#content);
    new ResizeObserver(() => this.layout()).observe(this.#content);
    const { session } = options;
    this.#off = [
      session.on("live", ({ fresh }) => void this.#live(fresh)),
      session.on("connection", (connection) => {
        if (connection !== "live") for (const view of this.#views.values()) view.disconnect();
      }),
      session.on("terminals.opened", (info) => {
        this.#told.add(info.terminal);
        this.#add(info, info.terminal === this.#wanted);
      }),
      session.on("terminals.renamed", (info) => this.#views.get(info.terminal)?.renamed(info)),
      session.on("terminals.closed", ({ terminal }) => {
        this.#told.add(terminal);
        this.#remove(terminal);
      }),
    ];
    this.#render();
  }

  get active(): TerminalView | undefined {
    return this.#shown.active;
  }

  text(id?: string): string | undefined {
    return (id === undefined ? this.active : this.#views.get(id))?.text;
  }

  /** Opens a shell; what is typed until it is there is for it. Who went to another terminal meanwhile types on there: the new one is a tab. */
  async open(): Promise<TerminalView | undefined> {
    if (!this.#options.mayEdit()) return undefined;
    const early = new EarlyKeys();
    try {
      const view = await this.#open(() => early.waiting || !this.#content.contains(document.activeElement));
      if (early.waiting) view.focus();
      view.type(early.take());
      return view;
    } catch (error) {
      this.#options.toasts.error(error);
      return undefined;
    } finally {
      early.take();
    }
  }

  /** Whether two are shown. */
  get isSplit(): boolean {
    return this.#shown.isSplit;
  }

  /** Opens a shell beside the terminal that is shown. */
  async split(): Promise<void> {
    const left = this.active;
    if (this.isSplit || !this.#options.mayEdit()) return;
    const right = await this.open();
    if (!left || !right || !this.#views.has(left.info.terminal)) return;
    const stayed = this.active === left;
    this.#shown.split(left, right);
    if (stayed) this.#shown.activate(left);
    this.#render();
  }

  /** Shows the active terminal alone. */
  unsplit(): void {
    this.#shown.unsplit();
    this.#render();
    this.focus();
  }

  /** Shows a terminal, now or as soon as it is there. */
  select(id: string, focus: boolean): void {
    const view = this.#views.get(id);
    this.#wanted = view ? undefined : id;
    if (!view) return;
    this.#shown.activate(view);
    this.#render();
    if (focus) view.focus();
  }

  find(): void {
    this.active?.find();
  }

  /** Asks for another title, which everybody sees. */
  async rename(id = this.active?.info.terminal): Promise<void> {
    const view = id === undefined ? undefined : this.#views.get(id);
    if (!view || !this.#options.mayEdit()) return;
    const title = await ask({ title: "Name of the terminal", label: "Name", value: view.title, action: "Rename", detail: "Everybody sees it. Without one the programs in it name it." });
    if (title === undefined) return;
    await this.#options.session.request("terminals.rename", { terminal: view.info.terminal, title }).catch((error: unknown) => this.#options.toasts.error(error));
  }

  step(by: number): void {
    const ids = [...this.#views.keys()];
    if (!this.active || ids.length < 2) return;
    const next = ids[(ids.indexOf(this.active.info.terminal) + by + ids.length) % ids.length];
    if (next !== undefined) this.select(next, true);
  }

  focus(): void {
    if (this.active) this.active.focus();
    else this.#empty.querySelector("button")?.focus();
  }

  layout(): void {
    this.#shown.layout();
  }

  setFontSize(size: number): void {
    for (const view of this.#views.values()) view.setFontSize(size);
  }

  setTheme(): void {
    for (const view of this.#views.values()) view.setTheme();
  }

  /** Of a terminal that is opened here. */
  size(): { columns: number; rows: number } {
    if (this.active) return { columns: this.active.terminal.cols, rows: this.active.terminal.rows };
    // A character of 13 px JetBrains Mono is 7.8 px wide; the first fit corrects it.
    const columns = Math.floor((this.#content.clientWidth - 24) / 7.8);
    const rows = Math.floor((this.#content.clientHeight - 12) / 17);
    return { columns: Math.max(20, Math.min(columns || 80, 400)), rows: Math.max(5, Math.min(rows || 24, 200)) };
  }

  dispose(): void {
    this.#off.forEach((off) => off());
    this.#shown.dispose();
    for (const view of this.#views.values()) view.dispose();
  }

  async #live(fresh: boolean): Promise<void> {
    if (fresh) for (const view of this.#views.values()) view.end("[the session was restarted]");
    const told = (this.#told = new Set());
    try {
      const { terminals } = await this.#options.session.request("terminals.list", {});
      const there = new Set(terminals.map((info) => info.terminal));
      for (const [id, view] of this.#views) if (!there.has(id) && !told.has(id) && view.exitCode === undefined) view.end("[this terminal was closed]");
      for (const info of terminals) {
        const view = this.#views.get(info.terminal);
        if (view && info.named === true) view.renamed(info);
        if (view) view.connect();
        else if (!told.has(info.terminal)) this.#add(info, this.active === undefined || info.terminal === this.#wanted);
      }
      if ((!this.#greeted || fresh) && terminals.length === 0 && this.#options.mayEdit()) {
        this.#greeted = true;
        // It opens by itself: that takes nobody's focus.
        const nobodys = document.activeElement === document.body;
        const view = await this.#open();
        if (nobodys && document.activeElement === document.body) view.focus();
      }
      this.#greeted = true;
      this.element.removeAttribute("aria-busy");
    } catch {
      // The connection went; the next one asks again.
    }
  }

  async #open(select = () => true): Promise<TerminalView> {
    const info = await this.#options.session.request("terminals.open", this.size());
    return this.#add(info, select());
  }

  /** A terminal takes no connection: it may have ended, or be gone. */
  async #lookFor(id: string): Promise<void> {
    try {
      const { terminals } = await this.#options.session.request("terminals.list", {});
      const view = this.#views.get(id);
      const found = terminals.find((info) => info.terminal === id);
      if (!found) view?.end("[this terminal was closed]");
      else if (found.exitCode != null) view?.exited(found.exitCode);
    } catch {
      // The connection went; the next one asks again.
    }
  }

  #add(info: TerminalInfo, select: boolean): TerminalView {
    let view = this.#views.get(info.terminal);
    if (!view) {
      view = new TerminalView(info, {
        session: this.#options.session, mayType: this.#options.mayEdit, fontSize: this.#options.fontSize, changed: () => this.#render(), takeControl: this.#options.takeControl,
        lost: () => void this.#lookFor(info.terminal),
      });
      this.#views.set(info.terminal, view);
      const added = view;
      view.element.addEventListener("focusin", () => {
        if (this.active === added) return;
        this.#shown.activate(added);
        this.#render();
      });
      this.#content.append(view.element);
      if (info.kind === "shell" && this.#options.mayEdit() && remembered.get(toldOfPackages) === undefined) {
        remembered.set(toldOfPackages, "yes");
        view.say("Files here and in your home are saved. Packages of the system are not.");
      }
      view.connect();
    }
    // A shell that ended makes room for one that lives.
    if (select || !this.active || (this.active.exitCode !== undefined && this.active.info.kind === "shell")) {
      this.#shown.activate(view);
      if (this.#wanted === info.terminal) this.#wanted = undefined;
    }
    this.#render();
    return view;
  }

  async #close(id: string): Promise<void> {
    const view = this.#views.get(id);
    if (!view) return;
    if (!this.#options.mayEdit()) {
      this.#remove(id);
      return;
    }
    try {
      await this.#options.session.request("terminals.close", { terminal: id });
    } catch (error) {
      // One that ended is closed here in any case.
      if (view.exitCode === undefined) {
        this.#options.toasts.error(error);
        return;
      }
    }
    this.#remove(id);
    this.focus();
  }

  #remove(id: string): void {
    const view = this.#views.get(id);
    if (!view) return;
    const ids = [...this.#views.keys()];
    const at = ids.indexOf(id);
    this.#views.delete(id);
    view.dispose();
    this.#shown.remove(view, this.#views.get(ids[at + 1] ?? ids[at - 1] ?? ""));
    this.#render();
  }

  #render(): void {
    this.#bar.render([...this.#views.values()].map((view) => ({
      key: view.info.terminal,
      label: view.title || "Terminal",
      title: view.typist ? `${view.title} (${typedLast(view.typist)})` : view.title,
      icon: view.info.kind === "run" ? "play" : "terminal",
      mark: view.exitCode === undefined ? undefined : { kind: hasFailed(view.exitCode) ? "failed" : "ended", text: view.exitCode < 0 ? "Ended" : `Ended with ${view.exitCode}` },
      selected: view === this.active,
    })));
    this.#shown.render(this.#views.values());
    this.#splitButton.setAttribute("aria-pressed", String(this.isSplit));
    this.#splitButton.hidden = !this.active;
    this.#typist.show(this.active?.typist);
    if (this.active) {
      this.#empty.remove();
      for (const view of this.#shown.all) view.show();
    } else if (!this.#empty.isConnected) {
      this.#content.append(this.#empty);
    }
  }
}
