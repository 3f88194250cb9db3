import type { SaveState } from "../documents/saveState.js";
import { age, duration, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import type { SavedState } from "../protocol/api.js";
import type { SavesState } from "../protocol/saves.js";
import type { Connection } from "../session/session.js";
import { savesWords } from "./saves.js";

export const connectionWords: Record<Connection, string> = {
  connecting: "Connecting…",
  live: "Connected",
  reconnecting: "Reconnecting…",
  offline: "Offline",
  ended: "Not running",
  denied: "No access",
};

/** The line at the bottom: connection and latency, save receipt, cursor, language. */
export class StatusBar {
  readonly element: HTMLElement;
  readonly #dot = element("span", { class: "dx-dot", attributes: { "aria-hidden": "true" } });
  readonly #connection = element("span", { attributes: { role: "status", "data-testid": "status-connection" } });
  readonly #latency = element("span", { attributes: { "data-testid": "status-latency", title: "Time of one round trip to the session" } });
  readonly #saved = element("span", { class: "dx-status-saved", attributes: { "data-testid": "status-saved" } });
  readonly #branch = element("span", { class: "dx-status-branch dx-wide-only", attributes: { "data-testid": "status-branch" } });
  readonly #cursor = element("span", { attributes: { "data-testid": "status-cursor" } });
  readonly #indent = element("span", { class: "dx-wide-only" });
  readonly #ending = element("span", { class: "dx-wide-only" });
  readonly #language = element("span", { attributes: { "data-testid": "status-language" } });
  readonly #timer: ReturnType<typeof setInterval>;
  #receipt: SavedState | undefined;
  #state: SavesState | undefined;
  #open: SaveState | undefined;
  #connected: Connection = "connecting";

  constructor(notice: string | undefined) {
    this.element = element("footer", { class: "dx-status", attributes: { "aria-label": "Status" } },
      element("span", { class: "dx-status-connection" }, this.#dot, this.#connection, this.#latency), this.#saved,
      notice === undefined ? undefined : element("span", { class: "dx-status-notice dx-wide-only", text: notice, attributes: { title: notice } }),
      element("span", { class: "dx-space" }), this.#branch, this.#cursor, this.#indent, this.#ending, this.#language);
    this.#timer = setInterval(() => this.#renderReceipt(), 5000);
    this.connection("connecting");
  }

  connection(connection: Connection): void {
    this.#connected = connection;
    this.#renderReceipt();
    this.#connection.textContent = connectionWords[connection];
    this.#dot.className = `dx-dot dx-dot-${connection}`;
  }

  /** Why the session runs on, and when it would not. */
  idle(words: string): void {
    this.#connection.title = words;
  }

  latency(milliseconds: number | undefined): void {
    this.#latency.textContent = milliseconds === undefined ? "" : duration(Math.max(1, milliseconds));
    this.#latency.classList.toggle("dx-bad", milliseconds !== undefined && milliseconds > 500);
  }

  saved(saved: SavedState | null | undefined): void {
    this.#receipt = saved ?? undefined;
    this.#renderReceipt();
  }

  /** What the saver says of the whole workspace. */
  saves(state: SavesState): void {
    this.#state = state;
    this.#renderReceipt();
  }

  /** How the open files are, of which the header tells. */
  open(state: SaveState | undefined): void {
    if (state?.kind === this.#open?.kind && state?.text === this.#open?.text) return;
    this.#open = state;
    this.#renderReceipt();
  }

  /** The branch that is checked out, once source control was looked at. */
  branch(name: string | undefined): void {
    if (this.#branch.textContent === (name === undefined ? "" : plain(name, 40))) return;
    this.#branch.replaceChildren(...(name === undefined ? [] : [icon("branch", 12), plain(name, 40)]));
    this.#branch.title = name === undefined ? "" : "The branch that is checked out";
  }

  file(facts: { cursor: string; indent: string; ending: string; language: string } | undefined): void {
    say(this.#cursor, facts?.cursor ?? "");
    say(this.#indent, facts?.indent ?? "");
    say(this.#ending, facts?.ending ?? "");
    say(this.#language, facts?.language ?? "");
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #renderReceipt(): void {
    const receipt = this.#receipt;
    // The saver's word is older than Core's once nobody passes it on.
    const words = this.#connected === "live" ? savesWords(this.#state, receipt, this.#open) : undefined;
    if (words) {
      this.#saved.textContent = words.text;
      this.#saved.title = words.title;
      this.#saved.classList.toggle("dx-bad", words.bad);
      return;
    }
    if (!receipt) {
      this.#saved.textContent = "";
      return;
    }
    const at = new Date(receipt.at);
    const stale = receipt.stale?.length ?? 0;
    this.#saved.textContent = `Saved to S3 ${age(at, new Date())}${stale > 0 ? `, ${stale} ${stale === 1 ? "file" : "files"} not` : ""}`;
    this.#saved.title = `${at.toLocaleString()}${stale > 0 ? `\nNot kept as they are now: ${receipt.stale?.join(", ")}` : ""}`;
    this.#saved.classList.toggle("dx-bad", stale > 0);
  }
}

// The same text, written anew, is laid out anew.
function say(where: HTMLElement, text: string): void {
  if (where.textContent !== text) where.textContent = text;
}
