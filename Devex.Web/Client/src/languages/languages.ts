import type { Extension } from "@codemirror/state";
import type { EditorPane } from "../editor/editorPane.js";
import type { TextTab } from "../editor/textTab.js";
import { nameOf } from "../files/paths.js";
import { button } from "../layout/dom.js";
import { showMenu } from "../layout/menu.js";
import type { Toasts } from "../layout/toasts.js";
import type { LanguageList, LanguageServerInfo } from "../protocol/languages.js";
import type { Api } from "../session/api.js";
import type { Session } from "../session/session.js";
import type { LanguageHub } from "./languageHub.js";

interface LanguagesOptions {
  session: Session;
  api: Api;
  toasts: Toasts;
  editor: () => EditorPane;
  mayEdit: () => boolean;
}

/** Language servers, as far as the page knows them before a file needs one: the rest is fetched with the first such file. */
export class Languages {
  /** In the status bar: what the shown file's server does; a press offers what it can do. */
  readonly element = button("", { class: "dx-status-language", attributes: { "data-testid": "status-server", hidden: true }, on: { click: () => this.#menu() } });
  readonly #options: LanguagesOptions;
  readonly #ids = new Map<TextTab, string>();
  #list: Promise<LanguageList> | undefined;
  #hub: Promise<LanguageHub> | undefined;
  #loaded: LanguageHub | undefined;

  constructor(options: LanguagesOptions) {
    this.#options = options;
    options.session.on("live", ({ fresh }) => {
      if (fresh) this.#list = undefined;
    });
  }

  /** Gives a tab what its language's server can do, as soon as that is known; returns what takes it back. */
  attach(tab: TextTab, use: (extension: Extension) => void): () => void {
    let gone = false;
    let off: (() => void) | undefined;
    void this.#find(tab).then((found) => {
      if (!found || gone) return;
      this.#ids.set(tab, found.info.id);
      off = found.hub.attach(tab, found.info, use);
      this.render();
      // An old tab's chunks may be gone after an upgrade: the text is there without help.
    }, () => undefined);
    return () => {
      gone = true;
      this.#ids.delete(tab);
      off?.();
    };
  }

  /** Tidies a file, where its language's server does that. */
  async format(tab: TextTab): Promise<void> {
    const file = this.#loaded?.fileOf(tab);
    if (!this.#loaded || !file?.capabilities?.documentFormattingProvider || tab.state.readOnly) return;
    await this.#loaded.navigation.format(file);
  }

  /** Shows what the server of the file in front does. */
  render(): void {
    const { active } = this.#options.editor();
    const id = active?.kind === "text" ? this.#ids.get(active) : undefined;
    const words = id === undefined ? undefined : this.#loaded?.words(id);
    this.element.hidden = words === undefined;
    if (!words || this.element.dataset.text === words.text + words.title) return;
    this.element.dataset.text = words.text + words.title;
    this.element.replaceChildren(words.text);
    this.element.title = words.title;
    this.element.classList.toggle("dx-bad", words.bad);
  }

  async #find(tab: TextTab): Promise<{ hub: LanguageHub; info: LanguageServerInfo } | undefined> {
    const { session } = this.#options;
    this.#list ??= session.request("languages.list", {});
    let list: LanguageList;
    try {
      list = await this.#list;
    } catch {
      this.#list = undefined;
      await new Promise<void>((resolve) => {
        const off = session.on("live", () => {
          off();
          resolve();
        });
      });
      return this.#find(tab);
    }
    const name = nameOf(tab.path);
    const info = list.servers.find(({ languages }) => Object.keys(languages).some((key) => name === key || (key.startsWith(".") && name.endsWith(key))));
    if (!info) return undefined;
    this.#hub ??= import("./languageHub.js").then(({ LanguageHub }) => (this.#loaded = new LanguageHub(list.root, {
      ...this.#options, editor: this.#options.editor(), changed: () => this.render(),
    })));
    return { hub: await this.#hub, info };
  }

  #menu(): void {
    const hub = this.#loaded;
    const { active } = this.#options.editor();
    const file = active?.kind === "text" ? hub?.fileOf(active) : undefined;
    const id = active?.kind === "text" ? this.#ids.get(active) : undefined;
    if (!hub || !file || id === undefined) return;
    const { navigation } = hub;
    const runs = file.capabilities !== undefined;
    const edits = runs && this.#options.mayEdit();
    const { left, top } = this.element.getBoundingClientRect();
    const problem = this.element.classList.contains("dx-bad") ? this.element.title : undefined;
    showMenu(left, top, [
      [
        { label: "Go to definition", keys: "F12", disabled: !runs, action: () => void navigation.definition(file) },
        { label: "Find references", keys: "Shift F12", disabled: !runs, action: () => void navigation.references(file) },
        { label: "Rename everywhere", keys: "F2", disabled: !edits, action: () => void navigation.rename(file) },
        { label: "Format the file", keys: "Alt Shift F", disabled: !edits, action: () => void navigation.format(file) },
      ],
      [
        ...problem === undefined ? [] : [{ label: "What is wrong", action: () => this.#options.toasts.show(problem, "error") }],
        { label: "Restart the language server", disabled: !this.#options.mayEdit(), action: () => hub.restart(id) },
      ],
    ], "Language");
  }
}
