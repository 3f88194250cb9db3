import { EarlyKeys } from "../layout/earlyKeys.js";
import type { Commands } from "../commands/commands.js";
import { FileIndex } from "../commands/fileIndex.js";
import type { Place } from "../editor/textTab.js";
import type { EditorPane } from "../editor/editorPane.js";
import type { FilesPanel } from "../files/filesPanel.js";
import type { GitPanel } from "../git/gitPanel.js";
import type { Panes } from "../layout/panes.js";
import { SidePanels } from "../layout/sidePanels.js";
import type { Toasts } from "../layout/toasts.js";
import type { Role } from "../protocol/session.js";
import type { SearchPanel } from "../search/searchPanel.js";
import type { Api } from "../session/api.js";
import type { Session } from "../session/session.js";
import type { Settings } from "../settings/settings.js";
import type { Follow } from "./follow.js";

interface LatePartsOptions {
  api: Api;
  session: Session;
  toasts: Toasts;
  commands: Commands;
  settings: Settings;
  editor: EditorPane;
  files: FilesPanel;
  panes: () => Panes;
  role: () => Role;
  user: string;
  branch: (name: string | undefined) => void;
}

/** Panels and dialogs whose code is fetched when somebody wants them: nobody waits for them to see a file. */
export class LateParts {
  readonly side: SidePanels;
  readonly #options: LatePartsOptions;
  readonly #index: FileIndex;
  readonly #off: (() => void)[];
  #search: SearchPanel | undefined;
  #git: GitPanel | undefined;

  constructor(options: LatePartsOptions) {
    this.#options = options;
    const { session, files, toasts } = options;
    this.#index = new FileIndex(() => session.request("search.files", {}));
    this.#off = [session.on("files.changed", (changes) => this.#index.changed(changes)), session.on("live", () => this.#index.forget())];
    this.side = new SidePanels({
      pressed: (id) => void options.panes().press(id), failed: (error) => toasts.error(error),
      panels: [
        { id: "files", label: "Files", icon: "files", create: () => Promise.resolve({ element: files.element, focus: () => files.focus() }) },
        { id: "search", label: "Search", icon: "search", create: () => this.#makeSearch() },
        { id: "git", label: "Source control", icon: "branch", create: () => this.#makeGit() },
        {
          id: "environment", label: "Environment", icon: "key", create: async () => {
            const { EnvironmentPanel } = await import("../environment/environmentPanel.js");
            return new EnvironmentPanel({ api: options.api, role: options.role });
          },
        },
      ],
    });
  }

  /** Files by name, or with `>` commands. */
  pick(text: string): void {
    const { commands, editor } = this.#options;
    const early = new EarlyKeys();
    this.#late(import("../commands/quickOpen.js").then(({ quickOpen }) => quickOpen({
      index: this.#index, commands, recent: () => editor.recent, open: (path, typed, line) => this.#open(path, line === undefined ? undefined : { line }, true, typed),
    }, text + early.take())).finally(() => early.take()));
  }

  /** Search with what is selected in the editor. */
  async search(replace: boolean): Promise<void> {
    const { editor, panes } = this.#options;
    const selected = editor.element.contains(document.activeElement) ? editor.selection : "";
    const early = this.#search ? undefined : new EarlyKeys();
    await panes().showPanel("search");
    early?.take();
    const typed = early?.line ?? "";
    if (replace) this.#search?.showReplace(true);
    this.#search?.begin(typed || selected);
    this.#search?.focus(typed === "");
  }

  /** Follows the other person who is here, or one of several that is picked. */
  pickPerson(follow: Follow): void {
    const { others } = follow;
    if (others.length === 1 && others[0]) {
      follow.follow(others[0].user);
      return;
    }
    this.#late(import("../commands/picker.js").then(({ Picker }) => new Picker({
      label: "Follow a person", placeholder: "A person's name",
      items: (text) => ({
        items: others.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()))
          .map(({ user, name, role }) => ({ key: user, label: name, detail: role, pick: () => follow.follow(user) })),
      }),
    })));
  }

  share(): void {
    const { api, role, user, session } = this.#options;
    this.#late(import("../sharing/shareDialog.js").then(({ shareDialog }) => shareDialog({ api, role, user, here: () => new Set(session.people.map((person) => person.user)) })));
  }

  settings(): void {
    this.#late(import("../settings/settingsDialog.js").then(({ settingsDialog }) => settingsDialog(this.#options.settings)));
  }

  dispose(): void {
    this.#off.forEach((off) => off());
    this.#search?.dispose();
    this.#git?.dispose();
  }

  async #makeSearch(): Promise<SearchPanel> {
    const { session, toasts, role } = this.#options;
    const { SearchPanel: Made } = await import("../search/searchPanel.js");
    return (this.#search = new Made({ session, toasts, mayEdit: () => role() !== "viewer", open: (path, match, focus) => this.#open(path, match, focus) }));
  }

  async #makeGit(): Promise<GitPanel> {
    const { session, api, role, editor, panes, branch } = this.#options;
    const { GitPanel: Made } = await import("../git/gitPanel.js");
    return (this.#git = new Made({
      session, api, mayEdit: () => role() !== "viewer", branch, open: (path) => this.#open(path, undefined, true), deliver: () => editor.files.deliver(),
      compare: (comparison) => {
        panes().toEditor();
        this.#late(editor.compare(comparison));
      },
    }));
  }

  #open(path: string, place: Place | undefined, focus: boolean, typed?: string): void {
    this.#options.panes().toEditor();
    void this.#options.editor.open(path, focus, place, typed);
  }

  #late(part: Promise<unknown>): void {
    // An old tab's chunks may be gone after an upgrade.
    part.catch((error: unknown) => this.#options.toasts.error(error));
  }
}
