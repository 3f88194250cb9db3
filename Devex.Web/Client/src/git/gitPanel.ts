import { Picker } from "../commands/picker.js";
import { candidate, marks, rank } from "../commands/fuzzy.js";
import type { Comparison } from "../editor/diffTab.js";
import { folderOf, nameOf } from "../files/paths.js";
import { confirm } from "../layout/dialog.js";
import { button, element, plain } from "../layout/dom.js";
import { icon, type IconName } from "../layout/icons.js";
import { redraw } from "../layout/redraw.js";
import type { GitChange, GitFile, GitStatus } from "../protocol/git.js";
import type { Api } from "../session/api.js";
import { ConnectionLost } from "../session/jsonRpc.js";
import type { Session } from "../session/session.js";
import { GitSync } from "./gitSync.js";

interface GitPanelOptions {
  session: Session;
  api: Api;
  mayEdit: () => boolean;
  compare: (comparison: Comparison) => void;
  open: (path: string) => void;
  branch: (name: string | undefined) => void;
  /** Completes when the session has what was typed into the editors, or cannot have it now. */
  deliver: () => Promise<unknown>;
}

const letters: Record<GitChange, [string, string]> = {
  modified: ["M", "changed"], added: ["A", "new"], deleted: ["D", "deleted"], renamed: ["R", "renamed"], untracked: ["U", "not yet in git"], conflicted: ["!", "in conflict"],
};
const pause = 600;

/** Source control: what changed, what will be committed, and the branch. */
export class GitPanel {
  readonly element: HTMLElement;
  readonly #options: GitPanelOptions;
  readonly #branch: HTMLButtonElement;
  readonly #message: HTMLTextAreaElement;
  readonly #commit: HTMLButtonElement;
  readonly #form: HTMLElement;
  readonly #body = element("div", { class: "dx-git-body" });
  readonly #problem = element("p", { class: "dx-bad dx-variable-note", attributes: { role: "alert", hidden: true, "data-testid": "git-problem" } });
  readonly #sync: GitSync;
  readonly #off: (() => void)[];
  #status: GitStatus | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: GitPanelOptions) {
    this.#options = options;
    const { session } = options;
    this.#branch = button("Branch", { class: "dx-chip dx-git-branch", icon: icon("branch", 14), attributes: { "data-testid": "git-branch" }, on: { click: () => void this.#pickBranch() } });
    this.#message = element("textarea", {
      class: "dx-command-field dx-git-message", attributes: { "aria-label": "Message", placeholder: "Message", rows: 2, maxlength: 10000, "data-testid": "git-message" },
      on: {
        input: () => this.#renderCommit(),
        keydown: (event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            event.stopPropagation();
            void this.#commitNow();
          }
        },
      },
    });
    this.#commit = button("Commit", { class: "dx-button dx-button-filled dx-git-commit", attributes: { "data-testid": "git-commit" }, on: { click: () => void this.#commitNow() } });
    this.#form = element("div", { class: "dx-git-form dx-editing" }, this.#message, this.#commit);
    this.#sync = new GitSync({ session, api: options.api, deliver: options.deliver, refresh: () => this.refresh(), changed: (status) => void this.#do(() => Promise.resolve(status)) });
    this.element = element("section", { class: "dx-side-panel", attributes: { "aria-label": "Source control" } },
      element("div", { class: "dx-panel-head" }, element("h2", { text: "Source control" }), this.#branch,
        button("Look again", { class: "dx-icon-button", icon: icon("refresh", 16), iconOnly: true, attributes: { "data-testid": "git-refresh" }, on: { click: () => void this.refresh() } })),
      this.#sync.element, this.#form, this.#problem, this.#body);
    this.#off = [
      session.on("live", () => void this.refresh()),
      session.on("files.changed", () => this.#soon()),
    ];
    window.addEventListener("focus", this.#seen);
    this.#render();
    if (session.live) void this.refresh();
  }

  focus(): void {
    if (this.#status?.repository === true && this.#options.mayEdit()) this.#message.focus();
    else this.element.querySelector<HTMLElement>("button")?.focus();
  }

  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#do(() => this.#options.session.request("git.status", {}));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#sync.dispose();
    window.removeEventListener("focus", this.#seen);
    this.#off.forEach((off) => off());
  }

  readonly #seen = () => this.#soon();

  #soon(): void {
    // Only while it is looked at: git reads the whole workspace for it.
    if (this.element.hidden || this.element.offsetParent === null) return;
    this.#timer ??= setTimeout(() => void this.refresh(), pause);
  }

  /** What git does with files is done with what the editors show. */
  #change(action: () => Promise<GitStatus>): Promise<boolean> {
    return this.#do(async () => {
      await this.#options.deliver();
      return action();
    });
  }

  async #do(action: () => Promise<GitStatus>): Promise<boolean> {
    try {
      this.#status = await action();
      this.#problem.hidden = true;
      this.#options.branch(this.#status.branch ?? this.#status.commit ?? undefined);
      return true;
    } catch (error) {
      if (!(error instanceof ConnectionLost)) {
        this.#problem.textContent = plain((error as Error).message.replace(/\n+/g, " "), 600);
        this.#problem.hidden = false;
      }
      return false;
    } finally {
      redraw(this.element, () => this.#render());
    }
  }

  #render(): void {
    const status = this.#status;
    const repository = status?.repository === true;
    // What stopped in the middle is gone on with; a commit of its own would come between.
    this.#form.hidden = !repository || status.underway != null;
    this.#branch.hidden = this.#sync.element.hidden = !repository;
    if (!repository) {
      this.#body.replaceChildren(...(status === undefined ? [] : this.#none(status)));
      return;
    }
    this.#sync.show(status);
    const moved = [status.ahead > 0 ? `↑${status.ahead}` : "", status.behind > 0 ? `↓${status.behind}` : ""].filter((part) => part !== "").join(" ");
    this.#branch.querySelector(".dx-label")?.replaceChildren(`${plain(status.branch ?? status.commit ?? "no branch", 40)}${moved === "" ? "" : ` ${moved}`}`);
    this.#branch.title = status.upstream == null ? "Switch branch" : `Switch branch (follows ${plain(status.upstream, 80)})`;
    const staged = status.files.filter((file) => file.staged != null);
    const conflicted = status.files.filter((file) => file.unstaged === "conflicted");
    const unstaged = status.files.filter((file) => file.unstaged != null && file.unstaged !== "conflicted");
    this.#body.replaceChildren(
      ...(conflicted.length > 0 ? [this.#conflicts(conflicted)] : []),
      ...(staged.length > 0 ? [this.#list("Staged", staged, true)] : []),
      ...(unstaged.length > 0 ? [this.#list("Changes", unstaged, false)] : []),
      ...(status.files.length === 0 ? [element("p", { class: "dx-muted dx-variable-note", text: "Nothing has changed since the last commit.", attributes: { "data-testid": "git-clean" } })] : []),
      ...(status.limited ? [element("p", { class: "dx-muted dx-variable-note", text: "Only the first 2,000 files are shown." })] : []));
    this.#renderCommit();
  }

  #renderCommit(): void {
    const files = this.#status?.files ?? [];
    const staged = files.some((file) => file.staged != null);
    this.#commit.disabled = files.length === 0 || this.#message.value.trim() === "";
    this.#commit.querySelector(".dx-label")?.replaceChildren(staged ? "Commit staged" : "Commit all");
  }

  #none(status: GitStatus): HTMLElement[] {
    if (!status.installed) return [element("p", { class: "dx-muted dx-variable-note", text: "There is no git in this session." })];
    return [
      element("p", { class: "dx-muted dx-variable-note", text: "This workspace is not a git repository." }),
      element("div", { class: "dx-git-form dx-editing" }, button("Make it one", {
        class: "dx-button", icon: icon("branch", 16), attributes: { "data-testid": "git-init" }, on: { click: () => void this.#do(() => this.#options.session.request("git.init", {})) },
      })),
    ];
  }

  #list(title: string, files: readonly GitFile[], staged: boolean): HTMLElement {
    const { session } = this.#options;
    const all = staged
      ? this.#act("Unstage all", "minus", "git-unstage-all", () => void this.#do(() => session.request("git.unstage", {})))
      : this.#act("Stage all", "plus", "git-stage-all", () => void this.#change(() => session.request("git.stage", this.#status?.underway == null ? {} : { paths: files.map((file) => file.path) })));
    return element("section", { attributes: { "aria-label": title } },
      element("div", { class: "dx-search-head" }, element("h3", { class: "dx-git-title", text: title }), all, element("span", { class: "dx-search-count", text: String(files.length) })),
      element("ul", { class: "dx-search-lines", attributes: { "data-testid": staged ? "git-staged" : "git-changes" } }, ...files.map((file) => this.#row(file, staged))));
  }

  /** Each by itself: staging all at once would call settled what nobody looked at. */
  #conflicts(files: readonly GitFile[]): HTMLElement {
    return element("section", { attributes: { "aria-label": "In conflict" } },
      element("div", { class: "dx-search-head" }, element("h3", { class: "dx-git-title", text: "In conflict" }), element("span", { class: "dx-search-count", text: String(files.length) })),
      element("ul", { class: "dx-search-lines", attributes: { "data-testid": "git-conflicts" } }, ...files.map((file) => this.#row(file, false))));
  }

  #row(file: GitFile, staged: boolean): HTMLElement {
    const { session } = this.#options;
    const { path } = file;
    const name = plain(nameOf(path), 80);
    const [letter, word] = letters[(staged ? file.staged : file.unstaged) ?? "modified"];
    const paths = { paths: file.from != null && staged ? [path, file.from] : [path] };
    return element("li", { class: "dx-git-row" },
      element("button", {
        class: "dx-git-file", attributes: { type: "button", title: plain(file.from == null ? path : `${file.from} → ${path}`, 500), "data-testid": `git:${path}` },
        on: { click: () => void this.#compare(file, staged) },
      }, element("span", { class: `dx-git-letter dx-git-${staged ? "staged" : word.split(" ")[0] ?? ""}`, text: letter, attributes: { "aria-label": word, role: "img" } }),
      element("span", { class: "dx-search-name", text: name }), element("span", { class: "dx-search-folder", text: plain(folderOf(path), 200) })),
      staged || file.unstaged === "conflicted" ? undefined : this.#act(`Throw away changes of ${name}`, "undo", `git-discard:${path}`, () => void this.#discard(file)),
      staged
        ? this.#act(`Unstage ${name}`, "minus", `git-unstage:${path}`, () => void this.#do(() => session.request("git.unstage", paths)))
        : this.#act(`Stage ${name}`, "plus", `git-stage:${path}`, () => void this.#change(() => session.request("git.stage", paths))));
  }

  #act(label: string, glyph: IconName, test: string, run: () => void): HTMLButtonElement {
    return button(label, { class: "dx-icon-button dx-git-act dx-editing", icon: icon(glyph, 14), iconOnly: true, attributes: { "data-testid": test }, on: { click: run } });
  }

  async #compare(file: GitFile, staged: boolean): Promise<void> {
    if (!staged && file.unstaged === "conflicted") {
      this.#options.open(file.path);
      return;
    }
    try {
      await this.#options.deliver();
      const diff = await this.#options.session.request("git.diff", { path: file.path, staged, ...(file.from != null && staged ? { from: file.from } : {}) });
      this.#options.compare({ path: file.path, what: staged ? "staged" : "changes", before: diff.before ?? undefined, after: diff.after ?? undefined, binary: diff.binary });
    } catch (error) {
      this.#problem.textContent = plain((error as Error).message, 300);
      this.#problem.hidden = false;
    }
  }

  async #discard(file: GitFile): Promise<void> {
    const gone = file.unstaged === "untracked";
    const agreed = await confirm({
      title: gone ? `Delete ${plain(nameOf(file.path), 80)}?` : `Throw away the changes of ${plain(nameOf(file.path), 80)}?`, action: gone ? "Delete" : "Throw away", danger: true,
      detail: gone ? "git does not know this file. What it was stays in History." : "The file goes back to what is staged, or to the last commit. What it was stays in History.",
    });
    if (agreed) await this.#change(() => this.#options.session.request("git.discard", { paths: [file.path] }));
  }

  async #commitNow(): Promise<void> {
    const message = this.#message.value.trim();
    const files = this.#status?.files ?? [];
    if (message === "" || files.length === 0) return;
    const all = !files.some((file) => file.staged != null);
    if (await this.#change(() => this.#options.session.request("git.commit", { message, all }))) {
      this.#message.value = "";
      this.#renderCommit();
    }
  }

  async #pickBranch(): Promise<void> {
    if (!this.#options.mayEdit()) return;
    const { session } = this.#options;
    const { branches } = await session.request("git.branches", {}).catch(() => ({ branches: [] as string[] }));
    const go = (branch: string, create: boolean) => void this.#change(() => session.request("git.switch", create ? { branch, create } : { branch }));
    new Picker({
      label: "Switch branch", placeholder: "A branch, or the name of a new one",
      items: (text) => {
        const wanted = text.trim();
        const known = wanted === "" ? branches.map(candidate) : rank(wanted, branches.map(candidate), 50).map((ranked) => ranked.candidate);
        const items = known.map((one) => ({
          key: one.text, label: one.text, marks: marks(wanted, one), detail: one.text === this.#status?.branch ? "current" : undefined, icon: icon("branch", 14), pick: () => go(one.text, false),
        }));
        if (wanted === "" || branches.includes(wanted)) return { items };
        return { items: [...items, { key: "create", label: `Make the branch ${wanted}`, detail: undefined, icon: icon("plus", 14), marks: [], pick: () => go(wanted, true) }] };
      },
    });
  }
}
