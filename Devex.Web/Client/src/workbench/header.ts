import { button, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import type { SaveState } from "../documents/saveState.js";
import { People } from "./people.js";
import type { Theme } from "./config.js";

interface HeaderOptions {
  replId: string;
  name: string;
  theme: Theme;
  ports: HTMLElement;
  run: HTMLElement;
  toggleTheme: () => void;
  showKeys: () => void;
  share: () => void;
  settings: () => void;
  /** Shows what a person looks at. */
  follow: (user: string) => void;
}

/** The line at the top: way back, name, save state, people, ports, Run. */
export class Header {
  readonly element: HTMLElement;
  readonly people: People;
  readonly #name = element("h1", { class: "dx-repl-name", attributes: { "data-testid": "repl-name" } });
  readonly #save = element("span", { class: "dx-save", attributes: { role: "status", "data-testid": "save-state" } });
  readonly #theme: HTMLButtonElement;

  constructor(options: HeaderOptions) {
    this.people = new People(options.follow);
    this.#theme = button("Light or dark", { class: "dx-icon-button dx-wide-only", iconOnly: true, attributes: { "data-testid": "theme" }, on: { click: options.toggleTheme } });
    this.element = element("header", { class: "dx-header" },
      element("a", { class: "dx-back", attributes: { href: "/", "aria-label": "Back to your REPLs", title: "Your REPLs" } }, icon("back")),
      this.#name, this.#save, element("span", { class: "dx-space" }), options.ports, this.people.element,
      element("a", {
        class: "dx-icon-button dx-wide-only", attributes: { href: `/r/${options.replId}/history`, "aria-label": "History", title: "History", "data-testid": "history" },
      }, icon("history")),
      button("Settings", { class: "dx-icon-button dx-wide-only", icon: icon("sliders"), iconOnly: true, attributes: { "data-testid": "settings-open" }, on: { click: options.settings } }),
      button("Keys", { class: "dx-icon-button dx-wide-only", icon: icon("keyboard"), iconOnly: true, on: { click: options.showKeys } }),
      this.#theme,
      button("Share", { class: "dx-button dx-share-button", icon: icon("share", 16), attributes: { title: "Share", "aria-label": "Share", "data-testid": "share" }, on: { click: options.share } }),
      options.run);
    this.rename(options.name);
    this.setTheme(options.theme);
  }

  rename(name: string): void {
    this.#name.textContent = plain(name, 80);
    this.#name.title = plain(name, 200);
  }

  save(state: SaveState | undefined): void {
    const text = state?.text ?? "";
    if (this.#save.textContent === text) return;
    this.#save.textContent = text;
    this.#save.title = text;
    this.#save.dataset.state = state?.kind ?? "";
  }

  setTheme(theme: Theme): void {
    this.#theme.replaceChildren(icon(theme === "dark" ? "sun" : "moon"));
  }
}
