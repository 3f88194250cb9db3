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
  signIn: () => void;
  /** Whoever opened the page wants the session started, as if they pressed Start here. */
  wanted: boolean;
}

export interface OverlayFacts {
  /** As Core has last told. */
  repl: Repl | undefined;
  connection: Connection;
  /** Why this person may not enter, when `denied`. */
  reason: string;
  /** Core does not know the reader any more. */
  signedOut: boolean;
  /** Edits that `serve` has not confirmed. */
  unsent: number;
  /** The session in this page went away under its people and comes back by itself: they go on typing. */
  interrupted: boolean;
}

/** Lies over the panes while there is no session to work in; what is open below stays as it is. */
export class Overlay {
  readonly element = element("div", { class: "dx-overlay", attributes: { hidden: true, role: "region", "aria-label": "Session", "data-testid": "overlay" } });
  readonly #options: OverlayOptions;
  #facts: OverlayFacts | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #problem: string | undefined;
  #starting = false;
  #wanted: boolean;
  #key = "";

  constructor(options: OverlayOptions) {
    this.#options = options;
    this.#wanted = options.wanted;
  }

  render(facts: OverlayFacts): void {
    clearInterval(this.#timer);
    this.#facts = facts;
    const { repl } = facts;
    // Whoever comes back is not told of what they were refused before.
    if (facts.signedOut) this.#problem = undefined;
    if (this.#wanted && repl) {
      this.#wanted = false;
      if (repl.state === "stopped") {
        void this.#start();
        return;
      }
    }
    const card = this.#card(facts);
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
      if (focused) card.querySelector<HTMLElement>("button, a")?.focus();
    }
    if (repl?.state === "starting" || repl?.state === "stopping") {
      this.#timer = setInterval(() => this.#again(), 250);
    }
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #card(facts: OverlayFacts): HTMLElement | undefined {
    const { repl, connection, unsent } = facts;
    // While the connection is live, or comes back by itself, the panes stay in sight.
    if (connection === "live" || (connection !== "denied" && facts.interrupted)) return undefined;
    const kept = (until: string) => (unsent > 0 ? ` ${unsent === 1 ? "One edit is" : `${unsent} edits are`} kept in this tab and will be sent once ${until}.` : "");
    if (facts.signedOut && (connection === "denied" || connection === "ended")) {
      return this.#make("You are signed out", `Sign in again to go on here.${kept("you are back")}`, [
        button("Sign in", { class: "dx-button dx-button-filled", on: { click: this.#options.signIn } }), this.#home(),
      ]);
    }
    if (connection === "denied") {
      return this.#make("No access", facts.reason, [
        button("Try again", { class: "dx-button", on: { click: this.#options.retry } }), this.#home(),
      ]);
    }
    if (!repl) return undefined;
    switch (repl.state) {
      case "starting":
        return this.#make("Starting", `${repl.name} is being made ready.${kept("it runs")}`, [], repl);
      case "stopping":
        return this.#make("Stopping", `Everything is being saved to S3.${kept("it runs")}`, [], repl);
      case "stopped": {
        const start = button(this.#starting ? "Starting…" : "Start", {
          class: "dx-button dx-button-filled", attributes: { disabled: this.#starting, "data-testid": "start" },
          on: { click: () => void this.#start() },
        });
        // What stood in the way last time is no news of this time.
        const problem = this.#starting ? undefined : this.#problem ?? repl.problem;
        return this.#make(this.#starting ? "Starting" : problem ? "Not started" : "Stopped", `${problem ?? durable(repl)}${kept("it runs")}`, [start, this.#files(repl), this.#home()], problem && repl.progress?.kind === "start" ? repl : undefined);
      }
      case "unreachable":
        return this.#make("Out of reach", `${repl.problem ?? outOfReach}${kept("it runs")}`, [
          repl.role === "owner" && button("Start from saved", { class: "dx-button dx-button-filled", on: { click: this.#options.startFromSaved } }), this.#home(),
        ].filter((action) => action !== false));
      case "running":
        return undefined;
    }
  }

  async #start(): Promise<void> {
    this.#problem = undefined;
    this.#starting = true;
    this.#again();
    try {
      await this.#options.start();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#starting = false;
    }
    if (this.#problem !== undefined) this.#again();
  }

  #again(): void {
    if (this.#facts) this.render(this.#facts);
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
