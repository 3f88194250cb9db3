import { button, duration, element, isMac, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { showMenu } from "../layout/menu.js";
import type { Toasts } from "../layout/toasts.js";
import type { RunStatus } from "../protocol/terminals.js";
import { keepCurrent } from "../session/keepCurrent.js";
import type { Session } from "../session/session.js";
import { hasFailed, wasEnded } from "../terminals/exits.js";
import { askCommand } from "./commandDialog.js";

interface RunControlOptions {
  session: Session;
  toasts: Toasts;
  command: () => string | undefined;
  mayEdit: () => boolean;
  /** The session is being saved, and ends. */
  stopping: () => boolean;
  /** Whether this person may change the REPL's own command. */
  owns: () => boolean;
  keep: (command: string) => Promise<void>;
  size: () => { columns: number; rows: number };
  /** Completes when the session has what was typed into the editors, or cannot have it now. */
  deliver: () => Promise<unknown>;
  /** The console of the run is wanted on the screen. */
  show: (terminal: string) => void;
}

/** The green button, what it runs, and how the last run ended. */
export class RunControl {
  readonly element: HTMLElement;
  readonly #options: RunControlOptions;
  readonly #button: HTMLButtonElement;
  readonly #restart: HTMLButtonElement;
  readonly #more: HTMLButtonElement;
  readonly #result = element("span", { class: "dx-run-result", attributes: { role: "status", "data-testid": "run-result" } });
  readonly #off: (() => void)[];
  #status: RunStatus = { running: false };
  #busy = false;
  #frozen = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: RunControlOptions) {
    this.#options = options;
    this.#button = button("Run", { class: "dx-run", icon: icon("play", 16), attributes: { "data-testid": "run" }, on: { click: () => void this.toggle() } });
    this.#restart = button("Restart", {
      class: "dx-icon-button", icon: icon("restart", 16), iconOnly: true, attributes: { "data-testid": "restart" }, on: { click: () => void this.restart() },
    });
    this.#more = button("More ways to run", { class: "dx-run dx-run-more", icon: icon("chevron", 12), iconOnly: true, attributes: { "aria-haspopup": "menu", "data-testid": "run-more" }, on: { click: () => this.#menu() } });
    this.element = element("div", { class: "dx-run-control" }, this.#result, this.#restart, element("span", { class: "dx-run-parts" }, this.#button, this.#more));
    const { session } = options;
    this.#off = [
      keepCurrent(session, "run.changed", (status) => this.#changed(status)),
      session.on("connection", () => this.render()),
      session.on("session.frozen", ({ reason }) => {
        this.#frozen = reason != null;
        this.render();
      }),
    ];
    this.render();
  }

  get running(): boolean {
    return this.#status.running;
  }

  toggle(): Promise<void> {
    return this.#do(async () => {
      if (this.#status.running) await this.#stop();
      else await this.#start(this.#options.command());
    });
  }

  /** Ends what runs and runs it again; where nothing runs, the same as Run. */
  restart(): Promise<void> {
    return this.#do(async () => {
      const again = this.#status.running ? (this.#status.command ?? this.#options.command()) : this.#options.command();
      await this.#stop();
      await this.#start(again);
    });
  }

  /** Asks for another command, to run once or to keep. */
  async edit(): Promise<void> {
    if (!this.#options.mayEdit()) return;
    const choice = await askCommand(this.#options.command() ?? "", this.#options.owns());
    if (!choice) return;
    if (choice.keep) {
      try {
        await this.#options.keep(choice.command);
      } catch (error) {
        this.#options.toasts.error(error);
      }
      return;
    }
    await this.#do(async () => {
      await this.#stop();
      await this.#start(choice.command === "" ? this.#options.command() : choice.command);
    });
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#off.forEach((off) => off());
  }

  render(): void {
    const { running } = this.#status;
    const command = this.#options.command();
    const label = running ? "Stop" : "Run";
    const usable = !this.#busy && this.#usable;
    // What is exchanged under the pointer gets no click: as it should be where "Stop" has become "Run" meanwhile, and nowhere else.
    if (this.#button.textContent !== label) this.#button.replaceChildren(icon(running ? "stop" : "play", 16), element("span", { class: "dx-label", text: label }));
    for (const part of [this.#button, this.#more]) part.classList.toggle("dx-running", running);
    this.#button.disabled = !usable || (!running && command === undefined);
    this.#more.disabled = !usable;
    this.#restart.hidden = !running;
    this.#restart.disabled = !usable;
    const keys = isMac ? "⌘ Enter" : "Ctrl Enter";
    this.#button.title = this.#ending ? "The session is being saved, and ends." : command === undefined ? "This REPL has no run command." : plain(running ? `Stop: ${this.#status.command ?? command}` : `${command} (${keys})`, 300);
    this.element.hidden = !this.#options.mayEdit();
    this.#result.textContent = this.#outcome();
    this.#result.classList.toggle("dx-bad", !running && !this.#wasStopped && hasFailed(this.#status.exitCode ?? 0));
  }

  get #ending(): boolean {
    return this.#frozen || this.#options.stopping();
  }

  get #usable(): boolean {
    return this.#options.session.live && !this.#ending && this.#options.mayEdit();
  }

  async #do(action: () => Promise<void>): Promise<void> {
    if (this.#busy || !this.#usable) return;
    this.#busy = true;
    this.render();
    try {
      await action();
    } catch (error) {
      this.#options.toasts.error(error);
    } finally {
      this.#busy = false;
      this.render();
    }
  }

  async #stop(): Promise<void> {
    if (this.#status.running) await this.#options.session.request("run.stop", {});
  }

  async #start(command: string | undefined): Promise<void> {
    const size = this.#options.size();
    await this.#options.deliver();
    // What the owner keeps reaches the session with the next start; here it counts at once.
    // That it runs was told before this answer; a short program may be over by then, which was told, too.
    const { terminal } = await this.#options.session.request("run.start", command === undefined ? size : { ...size, command });
    if (terminal) this.#options.show(terminal);
  }

  #menu(): void {
    const box = this.#more.getBoundingClientRect();
    showMenu(box.right - 200, box.bottom + 4, [[
      { label: this.#status.running ? "Stop" : "Run", keys: isMac ? "⌘ Enter" : "Ctrl Enter", action: () => void this.toggle() },
      { label: "Restart", action: () => void this.restart() },
    ], [{ label: "Edit the command…", action: () => void this.edit() }]], "Run");
  }

  #changed(status: RunStatus): void {
    this.#status = status;
    clearInterval(this.#timer);
    if (status.running) this.#timer = setInterval(() => { this.#result.textContent = this.#outcome(); }, 1000);
    this.render();
  }

  /** Somebody had it end: by the button, by Ctrl C, or with the session. */
  get #wasStopped(): boolean {
    return this.#status.stopped === true || wasEnded(this.#status.exitCode ?? 0);
  }

  #outcome(): string {
    const { running, startedAt, endedAt, exitCode } = this.#status;
    const began = startedAt ? Date.parse(startedAt) : NaN;
    if (running) return Number.isNaN(began) ? "Running" : duration(Math.max(0, Math.floor((Date.now() - began) / 1000) * 1000));
    if (exitCode == null) return "";
    const took = endedAt && !Number.isNaN(began) ? duration(Date.parse(endedAt) - began) : undefined;
    if (this.#wasStopped) return `Stopped${took === undefined ? "" : ` after ${took}`}`;
    return `${exitCode === 0 ? "Done" : `Exit ${exitCode}`}${took === undefined ? "" : ` in ${took}`}`;
  }
}
