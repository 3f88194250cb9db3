import { button, element, plain } from "../layout/dom.js";
import { localTimes } from "../layout/times.js";
import type { Repl } from "../protocol/api.js";
import type { Connection } from "../session/session.js";
import { outOfReach } from "./notice.js";
import { waterfall } from "./waterfall.js";

interface OverlayOptions {
  start: () => Promise<void>;
  startFromSaved: () => void;
  retry: () => void;
  /** Whoever opened the page wants the session started, as if they pressed Start here. */
  wanted: boolean;
}

/** Lies over the panes while there is no session to work in; what is open below stays as it is. */
export class Overlay {
  readonly element = element("div", { class: "dx-overlay", attributes: { hidden: true, role: "region", "aria-label": "Session", "data-testid": "overlay" } });
  readonly #options: OverlayOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #problem: string | undefined;
  #starting = false;
  #wanted: boolean;
  #key = "";

  constructor(options: OverlayOptions) {
    this.#options = options;
    this.#wanted = options.wanted;
  }

  /** @param interrupted The session in this page went away under its people and comes back by itself: they go on typing. */
  render(repl: Repl | undefined, connection: Connection, reason: string, unsent: number, interrupted = false): void {
    clearInterval(this.#timer);
    if (this.#wanted && repl) {
      this.#wanted = false;
      if (repl.state === "stopped") {
        void this.#start(repl, connection, reason, unsent);
        return;
      }
    }
    const card = interrupted && connection !== "denied" ? undefined : this.#card(repl, connection, reason, unsent);
    this.element.hidden = card === undefined;
    if (!card) {
      this.#key = "";
      return;
    }
    // A button under the pointer is not exchanged for its like.
    const key = card.textContent;
    if (key !== this.#key) {
      const focused = this.element.contains(document.activeElement);
      this.#key = key;
      this.element.replaceChildren(card);
      if (focused) card.querySelector("button")?.focus();
    }
    if (repl?.state === "starting" || repl?.state === "stopping") {
      this.#timer = setInterval(() => this.render(repl, connection, reason, unsent), 250);
    }
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #card(repl: Repl | undefined, connection: Connection, reason: string, unsent: number): HTMLElement | undefined {
    if (connection === "denied") {
      return this.#make("No access", reason, [
        button("Try again", { class: "dx-button", on: { click: this.#options.retry } }), this.#home(),
      ]);
    }
    // While the connection is live, or comes back by itself, the panes stay in sight.
    if (connection === "live" || !repl) return undefined;
    const kept = unsent > 0 ? ` ${unsent === 1 ? "One edit is" : `${unsent} edits are`} kept in this tab and will be sent once it runs.` : "";
    switch (repl.state) {
      case "starting":
        return this.#make("Starting", `${repl.name} is being made ready.${kept}`, [], repl);
      case "stopping":
        return this.#make("Stopping", `Everything is being saved to S3.${kept}`, [], repl);
      case "stopped": {
        const start = button(this.#starting ? "Starting…" : "Start", {
          class: "dx-button dx-button-filled", attributes: { disabled: this.#starting, "data-testid": "start" },
          on: { click: () => void this.#start(repl, connection, reason, unsent) },
        });
        // What stood in the way last time is no news of this time.
        const problem = this.#starting ? undefined : this.#problem ?? repl.problem;
        return this.#make(this.#starting ? "Starting" : problem ? "Not started" : "Stopped", `${problem ?? durable(repl)}${kept}`, [start, this.#files(repl), this.#home()], problem && repl.progress?.kind === "start" ? repl : undefined);
      }
      case "unreachable":
        return this.#make("Out of reach", `${repl.problem ?? outOfReach}${kept}`, [
          repl.role === "owner" && button("Start from saved", { class: "dx-button dx-button-filled", on: { click: this.#options.startFromSaved } }), this.#home(),
        ].filter((action) => action !== false));
      case "running":
        return undefined;
    }
  }

  async #start(repl: Repl, connection: Connection, reason: string, unsent: number): Promise<void> {
    this.#problem = undefined;
    this.#starting = true;
    this.render(repl, connection, reason, unsent);
    try {
      await this.#options.start();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#starting = false;
    }
    if (this.#problem !== undefined) this.render(repl, connection, reason, unsent);
  }

  #make(title: string, text: string, actions: HTMLElement[], repl?: Repl): HTMLElement {
    return element("div", { class: "dx-overlay-card" },
      element("h2", { text: title }),
      element("p", { class: "dx-muted", text: plain(localTimes(text), 600), attributes: { role: "status" } }),
      repl?.progress ? waterfall(repl.progress, new Date(), text) : undefined,
      actions.length > 0 ? element("div", { class: "dx-overlay-actions" }, ...actions) : undefined);
  }

  #files(repl: Repl): HTMLElement {
    return element("a", { class: "dx-button", text: "Browse files", attributes: { href: `/r/${repl.id}/files`, "data-testid": "browse-files" } });
  }

  #home(): HTMLElement {
    return element("a", { class: "dx-button", text: "Your REPLs", attributes: { href: "/" } });
  }
}

/** The receipt of the last save. */
function durable(repl: Repl): string {
  const saved = repl.saved;
  if (!saved) return "Files are safe in S3.";
  const files = `${saved.files} ${saved.files === 1 ? "file is" : "files are"} safe in S3`;
  return saved.hash ? `${files}, as snapshot ${saved.root} (${saved.hash.slice(0, 12)}).` : `${files}.`;
}
