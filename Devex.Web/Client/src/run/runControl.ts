import { button, duration, element, isMac, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import type { Toasts } from "../layout/toasts.js";
import type { RunStatus } from "../protocol/session.js";
import type { Session } from "../session/session.js";

interface RunControlOptions {
  session: Session;
  toasts: Toasts;
  command: () => string | undefined;
  mayEdit: () => boolean;
  size: () => { columns: number; rows: number };
  /** The console of the run is wanted on the screen. */
  show: (terminal: string) => void;
}

/** The green button, what it runs, and how the last run ended. */
export class RunControl {
  readonly element: HTMLElement;
  readonly #options: RunControlOptions;
  readonly #button: HTMLButtonElement;
  readonly #result = element("span", { class: "dx-run-result", attributes: { role: "status", "data-testid": "run-result" } });
  readonly #off: (() => void)[];
  #status: RunStatus = { running: false };
  #busy = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: RunControlOptions) {
    this.#options = options;
    this.#button = button("Run", { class: "dx-run", attributes: { "data-testid": "run" }, on: { click: () => void this.toggle() } });
    this.element = element("div", { class: "dx-run-control" }, this.#result, this.#button);
    const { session } = options;
    this.#off = [
      session.on("run.changed", (status) => this.#changed(status)),
      session.on("live", () => void session.request("run.status", {}).then((status) => this.#changed(status), () => undefined)),
      session.on("connection", () => this.render()),
    ];
    this.render();
  }

  async toggle(): Promise<void> {
    const { session } = this.#options;
    if (this.#busy || !session.live || !this.#options.mayEdit()) return;
    this.#busy = true;
    this.render();
    try {
      if (this.#status.running) {
        this.#changed(await session.request("run.stop", {}));
      } else {
        const status = await session.request("run.start", this.#options.size());
        this.#changed(status);
        if (status.terminal) this.#options.show(status.terminal);
      }
    } catch (error) {
      this.#options.toasts.error(error);
    } finally {
      this.#busy = false;
      this.render();
    }
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#off.forEach((off) => off());
  }

  render(): void {
    const { running } = this.#status;
    const command = this.#options.command();
    const label = running ? "Stop" : "Run";
    this.#button.replaceChildren(icon(running ? "stop" : "play", 16), element("span", { class: "dx-label", text: label }));
    this.#button.classList.toggle("dx-running", running);
    this.#button.disabled = this.#busy || !this.#options.session.live || !this.#options.mayEdit() || (!running && command === undefined);
    const keys = isMac ? "⌘ Enter" : "Ctrl Enter";
    this.#button.title = command === undefined ? "This REPL has no run command." : plain(running ? `Stop: ${this.#status.command ?? command}` : `${command} (${keys})`, 300);
    this.element.hidden = !this.#options.mayEdit();
    this.#result.textContent = this.#outcome();
    this.#result.classList.toggle("dx-bad", !running && (this.#status.exitCode ?? 0) !== 0);
  }

  #changed(status: RunStatus): void {
    this.#status = status;
    clearInterval(this.#timer);
    if (status.running) this.#timer = setInterval(() => { this.#result.textContent = this.#outcome(); }, 1000);
    this.render();
  }

  #outcome(): string {
    const { running, startedAt, endedAt, exitCode } = this.#status;
    const began = startedAt ? Date.parse(startedAt) : NaN;
    if (running) return Number.isNaN(began) ? "Running" : duration(Math.max(0, Math.floor((Date.now() - began) / 1000) * 1000));
    if (exitCode == null) return "";
    const took = endedAt && !Number.isNaN(began) ? ` in ${duration(Date.parse(endedAt) - began)}` : "";
    return `${exitCode === 0 ? "Done" : `Exit ${exitCode}`}${took}`;
  }
}
