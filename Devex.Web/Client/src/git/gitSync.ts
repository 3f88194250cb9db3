// The row between branch and message: what goes to the remote and comes from it.
//
//   idle     [Fetch] [Pull 2] [Push 1]          or [Add a remote], [Fetch] [Publish branch]
//   busy     Pushing: Writing objects 45 %      [Cancel]        the credential dialog may stand over it
//   stopped  The merge stopped at 1 file …      [Go on] [Abort]
import { Picker } from "../commands/picker.js";
import { ask } from "../layout/dialog.js";
import { button, element, plain } from "../layout/dom.js";
import { icon, type IconName } from "../layout/icons.js";
import type { GitCredentialAsked, GitOperation, GitPull, GitPush, GitReconcile, GitStatus } from "../protocol/git.js";
import type { Api } from "../session/api.js";
import { ConnectionLost, RpcError } from "../session/jsonRpc.js";
import type { Session } from "../session/session.js";
import { askCredential } from "./credentialDialog.js";
import { CredentialsApi } from "./credentialsApi.js";
import { askReconcile } from "./reconcileDialog.js";
import { type SyncAction, syncButtons, underwayWords } from "./syncActions.js";

interface GitSyncOptions {
  session: Session;
  api: Api;
  /** The repository stands otherwise now. */
  changed: (status: GitStatus) => void;
  refresh: () => Promise<void>;
  /** Completes when the session has what was typed into the editors, or cannot have it now. */
  deliver: () => Promise<unknown>;
}

const doing: Record<GitOperation, string> = { fetch: "Fetching", pull: "Pulling", push: "Pushing" };
const done: Record<GitOperation, string> = { fetch: "Fetched.", pull: "Pulled.", push: "Pushed." };
const glyphs: Record<SyncAction, IconName> = { addRemote: "link", publish: "up", fetch: "refresh", pull: "down", push: "up" };

export class GitSync {
  readonly element = element("div", { class: "dx-git-sync dx-editing", attributes: { "data-testid": "git-sync" } });
  readonly #options: GitSyncOptions;
  readonly #credentials: CredentialsApi;
  readonly #row = element("div", { class: "dx-git-row-of-buttons" });
  readonly #bar = element("progress", { attributes: { max: 100, "aria-label": "Progress" } });
  readonly #words = element("span", { class: "dx-git-doing", attributes: { "data-testid": "git-doing" } });
  readonly #cancel: HTMLButtonElement;
  readonly #busy: HTMLElement;
  readonly #note = element("p", { class: "dx-variable-note", attributes: { "aria-live": "polite", "data-testid": "git-note" } });
  readonly #off: (() => void)[];
  /** The button that began what runs, or ran last. */
  #pressed: string | undefined;
  #running: { operation: GitOperation; over: AbortController } | undefined;
  #status: GitStatus | undefined;

  constructor(options: GitSyncOptions) {
    this.#options = options;
    this.#credentials = new CredentialsApi(options.api);
    const { session } = options;
    this.#cancel = button("Cancel", { class: "dx-button", attributes: { "data-testid": "git-cancel" }, on: { click: () => void session.request("git.cancel", {}).catch(() => undefined) } });
    this.#busy = element("div", { class: "dx-git-busy", attributes: { hidden: true } }, this.#words, this.#bar, this.#cancel);
    this.element.append(this.#row, this.#busy, this.#note);
    this.#off = [
      session.on("git.progress", (progress) => {
        if (!this.#running) return;
        this.#words.textContent = `${doing[this.#running.operation]}: ${plain(progress.text, 60)}`;
        this.#bar.value = progress.percent;
      }),
      session.on("git.credentialAsked", (asked) => void this.#asked(asked)),
    ];
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  dispose(): void {
    this.#running?.over.abort();
    this.#off.forEach((off) => off());
  }

  /** Shows what can be done; who was at one of the buttons by keys is not sent away. */
  show(status: GitStatus): void {
    const held = document.activeElement instanceof HTMLElement && (this.#row.contains(document.activeElement) || this.#busy.contains(document.activeElement)) ? document.activeElement.dataset.testid : undefined;
    this.#draw(status);
    if (held === undefined) return;
    const buttons = [...this.#row.querySelectorAll("button")].filter((one) => !one.disabled);
    const wanted = held === this.#cancel.dataset.testid ? this.#pressed : held;
    (this.running ? this.#cancel : (buttons.find((one) => one.dataset.testid === wanted) ?? buttons[0]))?.focus();
  }

  #draw(status: GitStatus): void {
    this.#status = status;
    this.element.hidden = !status.repository;
    this.#busy.hidden = !this.running;
    this.#row.hidden = this.running;
    const stopped = underwayWords(status);
    if (stopped) {
      this.#row.replaceChildren(
        element("p", { class: "dx-git-stopped", text: stopped.words, attributes: { "data-testid": "git-underway" } }),
        this.#button("Go on", undefined, "git-continue", stopped.ready, () => void this.#settle("git.continue"), !stopped.ready),
        this.#button("Abort", "undo", "git-abort", false, () => void this.#settle("git.abort")));
      return;
    }
    this.#row.replaceChildren(...syncButtons(status).map((one) => {
      const made = this.#button(one.label, glyphs[one.action], `git-${one.action}`, one.primary, () => void this.#act(one.action));
      made.title = plain(one.title, 120);
      return made;
    }));
  }

  #button(label: string, glyph: IconName | undefined, test: string, filled: boolean, run: () => void, disabled = false): HTMLButtonElement {
    return button(label, {
      class: filled ? "dx-button dx-button-filled" : "dx-button", ...(glyph ? { icon: icon(glyph, 14) } : {}), attributes: { "data-testid": test, disabled }, on: { click: run },
    });
  }

  #act(action: SyncAction): Promise<void> {
    const { session } = this.#options;
    switch (action) {
      case "addRemote": return this.#addRemote();
      case "publish": return this.#publish();
      case "fetch": return this.#run("fetch", () => session.request("git.fetch", {}));
      case "pull": return this.#pull({});
      case "push": return this.#push({});
    }
  }

  #pull(pull: GitPull): Promise<void> {
    return this.#run("pull", () => this.#options.session.request("git.pull", pull));
  }

  #push(push: GitPush): Promise<void> {
    return this.#run("push", () => this.#options.session.request("git.push", push));
  }

  async #publish(): Promise<void> {
    const remotes = this.#status?.remotes ?? [];
    const [only] = remotes;
    if (only === undefined) return this.#addRemote();
    if (remotes.length === 1) return this.#push({ publish: only });
    new Picker({
      label: "Publish to", placeholder: "A remote",
      items: (text) => ({
        items: remotes.filter((name) => name.includes(text.trim())).map((name) => ({
          key: name, label: name, marks: [], detail: undefined, icon: icon("branch", 14), pick: () => void this.#push({ publish: name }),
        })),
      }),
    });
  }

  async #addRemote(): Promise<void> {
    const url = await ask({
      title: "Add a remote", label: "Address", value: "", most: 1000, action: "Add",
      detail: "Where is this repository to be pushed to? Such as https://github.com/somebody/project.git. A token does not belong in the address: you are asked for it when it is needed.",
    });
    if (url === undefined || url === "") return;
    try {
      this.#say("");
      this.#options.changed(await this.#options.session.request("git.addRemote", { name: "origin", url }));
    } catch (error) {
      this.#fail(error);
    }
  }

  async #settle(method: "git.continue" | "git.abort"): Promise<void> {
    try {
      this.#say("");
      await this.#options.deliver();
      this.#options.changed(await this.#options.session.request(method, {}));
    } catch (error) {
      this.#fail(error);
      await this.#options.refresh();
    }
  }

  async #run(operation: GitOperation, start: () => Promise<GitStatus>): Promise<void> {
    if (this.running) return;
    const over = new AbortController();
    this.#running = { operation, over };
    this.#words.textContent = `${doing[operation]} …`;
    this.#bar.removeAttribute("value");
    const here = document.activeElement instanceof HTMLElement && this.element.contains(document.activeElement);
    this.#pressed = here ? (document.activeElement as HTMLElement).dataset.testid : undefined;
    if (this.#status) this.show(this.#status);
    if (here) this.#cancel.focus();
    this.#say("");
    let failure: unknown;
    let status: GitStatus | undefined;
    try {
      await this.#options.deliver();
      status = await start();
    } catch (error) {
      failure = error;
    }
    this.#running = undefined;
    over.abort();
    if (status) {
      this.#say(done[operation]);
      this.#options.changed(status);
      return;
    }
    // What failed may have changed something all the same: a pull fetches first.
    await this.#options.refresh();
    if (this.#status) this.show(this.#status);
    await this.#failed(failure);
  }

  async #failed(error: unknown): Promise<void> {
    const reason = error instanceof RpcError ? error.reason : undefined;
    switch (reason) {
      case "git.diverged": {
        const how: GitReconcile | undefined = await askReconcile(this.#status?.ahead ?? 0, this.#status?.behind ?? 0);
        if (how) return this.#pull({ how });
        return;
      }
      case "git.cancelled":
        this.#say("Cancelled.");
        return;
      case "git.conflicts":
        // Above the files it says how to go on.
        if (this.#status?.underway != null) this.#say("");
        else this.#fail(error);
        return;
      case "git.upstream":
        this.#fail(error, ["Publish branch", "git-offer-publish", () => void this.#publish()]);
        return;
      case "git.behind":
        this.#fail(error, ["Pull", "git-offer-pull", () => void this.#pull({})]);
        return;
      default:
        this.#fail(error);
    }
  }

  #say(words: string): void {
    this.#note.className = "dx-muted dx-variable-note";
    this.#note.textContent = words;
  }

  #fail(error: unknown, offer?: [string, string, () => void]): void {
    if (error instanceof ConnectionLost) {
      this.#say("The connection was lost before git was done.");
      return;
    }
    this.#note.className = "dx-bad dx-variable-note";
    this.#note.replaceChildren(plain((error as Error).message.replace(/\s*\n\s*/g, " "), 600));
    if (offer) this.#note.append(" ", element("button", { class: "dx-link", text: offer[0], attributes: { type: "button", "data-testid": offer[1] }, on: { click: offer[2] } }));
  }

  async #asked(asked: GitCredentialAsked): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const offered = await this.#credentials.isOffered(asked.host).catch(() => false);
    if (running.over.signal.aborted) return;
    const mint = offered ? async () => {
      const minted = await this.#credentials.mint(asked);
      // Whatever becomes of it: it is not to outlive this operation. Where this page does not get to say so, Core ends it.
      const end = () => void this.#credentials.end(minted.password).catch(() => undefined);
      if (running.over.signal.aborted) end();
      else running.over.signal.addEventListener("abort", end, { once: true });
      return { username: minted.username, password: minted.password };
    } : undefined;
    const given = await askCredential(asked, mint, running.over.signal);
    if (running.over.signal.aborted) return;
    await this.#options.session.request("git.credential", { ask: asked.ask, ...given }).catch(() => undefined);
  }
}
