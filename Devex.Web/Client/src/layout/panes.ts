import { button, element } from "./dom.js";
import { icon, type IconName } from "./icons.js";
import { separator } from "./separator.js";
import { remembered } from "./storage.js";

export type PaneName = "files" | "editor" | "terminal";

interface PanesOptions {
  files: HTMLElement;
  editor: HTMLElement;
  terminal: HTMLElement;
  keyRow: HTMLElement;
  focus: Record<PaneName, () => void>;
  resized: () => void;
}

const order: readonly PaneName[] = ["files", "editor", "terminal"];

/** Files at the left, editor above terminal; below 700 px one of them at a time. */
export class Panes {
  readonly body: HTMLElement;
  readonly switcher: HTMLElement;
  readonly #options: PanesOptions;
  readonly #root: HTMLElement;
  readonly #narrow = matchMedia("(max-width: 700px)");
  readonly #toggles: Record<"files" | "terminal", HTMLButtonElement>;

  constructor(root: HTMLElement, options: PanesOptions) {
    this.#root = root;
    this.#options = options;
    const resized = () => options.resized();
    const side = separator({ pane: options.files, axis: "x", after: false, key: "side", label: "Width of the files", initial: 248, least: 160, most: 0.5, resized });
    const panel = separator({ pane: options.terminal, axis: "y", after: true, key: "panel", label: "Height of the terminal", initial: Math.round(innerHeight * 0.32), least: 96, most: 0.8, resized });
    side.classList.add("dx-side-separator");
    panel.classList.add("dx-panel-separator");
    options.files.append(side);
    const toggle = (name: "files" | "terminal", label: string) => button(label, {
      class: "dx-activity-button", icon: icon(name === "files" ? "files" : "terminal", 20), iconOnly: true, attributes: { "aria-pressed": "true", "data-testid": `toggle-${name}` },
      on: { click: () => this.toggle(name) },
    });
    this.#toggles = { files: toggle("files", "Files"), terminal: toggle("terminal", "Terminal") };
    this.body = element("main", { class: "dx-body", attributes: { id: "main" } },
      element("nav", { class: "dx-activity", attributes: { "aria-label": "Panes" } }, this.#toggles.files, this.#toggles.terminal),
      options.files, element("div", { class: "dx-main" }, options.editor, panel, options.terminal));
    const entry = (name: PaneName, label: string, glyph: IconName) => button(label, {
      class: "dx-switch", icon: icon(glyph, 20), attributes: { "data-testid": `switch-${name}` }, on: { click: () => this.show(name) },
    });
    this.switcher = element("nav", { class: "dx-switcher", attributes: { "aria-label": "Panes" } },
      options.keyRow, element("div", { class: "dx-switches" }, entry("files", "Files", "files"), entry("editor", "Editor", "editor"), entry("terminal", "Terminal", "terminal")));
    root.dataset.pane = "editor";
    for (const name of ["files", "terminal"] as const) this.#set(name, remembered.get(`pane.${name}`) !== "closed");
    this.#narrow.addEventListener("change", resized);
    this.#mark();
  }

  get narrow(): boolean {
    return this.#narrow.matches;
  }

  /** The pane in front, where there is one at a time. */
  get front(): PaneName {
    return this.#root.dataset.pane as PaneName;
  }

  /** Brings a pane into sight. */
  show(name: PaneName): void {
    this.#root.dataset.pane = name;
    if (name !== "editor") this.#set(name, true);
    this.#mark();
    this.#options.resized();
  }

  /** While something lies over the panes, they take neither pointer nor keyboard. */
  setCovered(covered: boolean): void {
    for (const child of this.body.children) {
      if (child instanceof HTMLElement && !child.classList.contains("dx-overlay")) child.inert = covered;
    }
  }

  focus(name: PaneName): void {
    this.show(name);
    this.#options.focus[name]();
  }

  toggle(name: "files" | "terminal"): void {
    if (this.narrow) {
      this.focus(name);
      return;
    }
    const open = this.#root.dataset[name] === "closed";
    this.#set(name, open);
    remembered.set(`pane.${name}`, open ? "open" : "closed");
    this.#options.resized();
    this.#options.focus[open ? name : "editor"]();
  }

  step(by: number): void {
    const elements = { files: this.#options.files, editor: this.#options.editor, terminal: this.#options.terminal };
    const seen = order.filter((name) => this.narrow || name === "editor" || this.#root.dataset[name] !== "closed");
    const at = seen.findIndex((name) => elements[name].contains(document.activeElement));
    const next = seen[(at + by + seen.length) % seen.length];
    if (next) this.focus(next);
  }

  #set(name: "files" | "terminal", open: boolean): void {
    this.#root.dataset[name] = open ? "open" : "closed";
    this.#toggles[name].setAttribute("aria-pressed", open ? "true" : "false");
  }

  #mark(): void {
    for (const entry of this.switcher.querySelectorAll(".dx-switch")) {
      entry.setAttribute("aria-current", entry.getAttribute("data-testid") === `switch-${this.front}` ? "true" : "false");
    }
  }
}
