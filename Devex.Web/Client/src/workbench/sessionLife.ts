import { confirm } from "../layout/dialog.js";
import { plain } from "../layout/dom.js";
import { remembered } from "../layout/storage.js";
import type { Repl } from "../protocol/api.js";
import type { SavesState } from "../protocol/saves.js";
import type { Api } from "../session/api.js";
import type { ReplEvents } from "../session/events.js";
import type { Session } from "../session/session.js";
import { Banner } from "../status/banner.js";
import { isInterrupted, notice, untilWarning } from "../status/notice.js";
import { Overlay } from "../status/overlay.js";
import { spaceWords, type SpaceWords } from "../status/saves.js";

interface SessionLifeOptions {
  api: Api;
  session: Session;
  events: ReplEvents;
  /** As the page was made. */
  state: Repl["state"];
  /** Whoever came here wants it started. */
  wanted: boolean;
  /** Edits that `serve` has not confirmed. */
  unsent: () => number;
  /** The first connection of this page is live. */
  entered: () => void;
  /** Core has told of the REPL. */
  told: (repl: Repl) => void;
  /** What somebody asked for could not be done. */
  failed: (error: unknown) => void;
  /** What `render` shows is another. */
  changed: () => void;
}

/** After so many milliseconds a page says that its first connection is long in coming. */
const patience = 5000;

const hasNoSession = (state: Repl["state"]) => state === "stopped" || state === "starting";

/** The session as it comes and goes: the page connects where there is one, and says in the banner or over the panes what stands in the way of work. */
export class SessionLife {
  readonly banner = new Banner();
  readonly overlay: Overlay;
  readonly #options: SessionLifeOptions;
  #repl: Repl | undefined;
  #frozen: string | undefined;
  #space: SpaceWords | undefined;
  #warning = 0;
  #patience: number | undefined;
  #slow = false;
  #entered = false;
  #interrupted = false;
  #read: string | undefined;
  readonly #readKey: string;

  constructor(options: SessionLifeOptions) {
    this.#options = options;
    this.#readKey = `read.${options.api.replId}`;
    this.#read = remembered.get(this.#readKey);
    this.overlay = new Overlay({
      start: async () => this.take(await options.api.start()),
      startFromSaved: () => void this.#startFromSaved(),
      retry: () => options.session.connect(),
      signIn: () => this.#signIn(),
      wanted: options.wanted,
    });
  }

  /** As Core has last told; undefined until then. */
  get repl(): Repl | undefined {
    return this.#repl;
  }

  begin(): void {
    const { api, session, events, state, entered, changed } = this.#options;
    session.on("connection", (connection) => {
      this.#wait();
      changed();
      // Once others have heard of this connection.
      if (connection === "reconnecting" || connection === "offline") queueMicrotask(() => this.#leave());
      // Events may have been missed while the machine slept; one that comes before the answer is newer.
      const known = this.#repl;
      if (connection === "ended") {
        void api.repl().then((repl) => {
          if (this.#repl === known) this.take(repl);
        }, () => undefined);
      }
    });
    session.on("live", () => {
      if (this.#entered) return;
      this.#entered = true;
      entered();
    });
    session.on("session.frozen", ({ reason }) => {
      this.#frozen = reason ?? undefined;
      changed();
    });
    api.on("signedIn", (signedIn) => {
      if (signedIn && session.connection === "denied") session.connect();
      changed();
    });
    events.on("repl", (repl) => this.take(repl));
    events.connect();
    // Where there is no session, the event that it runs is waited for.
    if (hasNoSession(state)) session.end();
    else session.connect();
    this.#wait();
  }

  /** Takes in what Core says of the REPL. */
  take(repl: Repl): void {
    const { session, state, told, changed } = this.#options;
    const before = this.#repl?.state ?? state;
    this.#repl = repl;
    // The next one may have the same words.
    if (repl.state !== "running" || !repl.problem) this.#keep("");
    this.#interrupted = this.#entered && isInterrupted(repl.state, before, this.#interrupted);
    told(repl);
    window.clearTimeout(this.#warning);
    const warned = untilWarning(repl, new Date());
    // A longer time than the browser counts is over before the next change of the REPL.
    if (warned !== undefined && warned < 2 ** 31) this.#warning = window.setTimeout(changed, warned);
    if (hasNoSession(repl.state)) this.#leave();
    else if (repl.state === "running" && (session.connection === "ended" || before === "starting")) {
      if (session.connection !== "live") session.connect();
    }
    changed();
  }

  /**
   * Where Core says that there is no session, none is looked for. One that this page is connected to, or was a moment ago, knows better, as where Core has lost what it knew of it and finds it again: nobody's
   * work is interrupted for that. Looking for one that is really gone ends by itself.
   */
  #leave(): void {
    const { session } = this.#options;
    const state = this.#repl?.state;
    if (state === undefined || !hasNoSession(state)) return;
    if (session.live) session.prove();
    else if (state === "stopped" || session.connection === "connecting") session.end();
  }

  /** What the saver says of the room that is left. */
  looked({ usage, halted }: SavesState): void {
    this.#space = spaceWords(usage, halted);
    this.#options.changed();
  }

  /** Says what there is to say; true when it lies over the panes. */
  render(): boolean {
    const { api, session, unsent } = this.#options;
    const signedOut = !api.signedIn;
    this.overlay.render({ repl: this.#repl, connection: session.connection, reason: session.reason, signedOut, unsent: unsent(), interrupted: this.#interrupted });
    const covers = !this.overlay.element.hidden;
    this.banner.show(covers ? undefined : notice({
      connection: session.connection, frozen: this.#frozen, unsent: unsent(), repl: this.#repl, interrupted: this.#interrupted, space: this.#space,
      slow: this.#slow, signedOut, signIn: () => this.#signIn(), connect: () => session.connect(), startFromSaved: () => void this.#startFromSaved(),
      read: this.#read, dismiss: (text) => {
        this.#keep(text);
        this.#options.changed();
      },
    }));
    return covers;
  }

  /** Keeps what of a running session's past was read, also for the page that is loaded next. */
  #keep(text: string): void {
    if (text === (this.#read ?? "")) return;
    this.#read = text;
    remembered.set(this.#readKey, text);
  }

  /** Leaves for the page that asks who this is, and comes back here. What is not sent stays with the tab. */
  #signIn(): void {
    location.assign(`/signin?returnUrl=${encodeURIComponent(location.pathname + location.search)}`);
  }

  async #startFromSaved(): Promise<void> {
    const { api, failed } = this.#options;
    const sure = await confirm({
      title: `Start ${plain(this.#repl?.name ?? "this REPL", 60)} from what was saved?`, action: "Start from saved",
      detail: "What was typed in this page goes with it. Whatever else was newer stays on the node that does not answer; if that comes back, you find it in the history.",
    });
    if (sure) await api.startFromSaved().then((repl) => this.take(repl), failed);
  }

  /** Counts how long a first connection takes. */
  #wait(): void {
    if (this.#options.session.connection === "connecting") {
      this.#patience ??= window.setTimeout(() => {
        this.#slow = true;
        this.#options.changed();
      }, patience);
      return;
    }
    window.clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#slow = false;
  }

  dispose(): void {
    window.clearTimeout(this.#patience);
    window.clearTimeout(this.#warning);
    this.overlay.dispose();
  }
}
