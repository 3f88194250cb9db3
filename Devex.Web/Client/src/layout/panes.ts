import { button, element } from "./dom.js";
import { icon, type IconName } from "./icons.js";
import { separator } from "./separator.js";
import type { SidePanels } from "./sidePanels.js";
import { remembered } from "./storage.js";

export type PaneName = "side" | "editor" | "preview" | "terminal";

interface PanesOptions {
  side: SidePanels;
  editor: HTMLElement;
  preview: HTMLElement;
  terminal: HTMLElement;
  keyRow: HTMLElement;
  focus: Record<"editor" | "preview" | "terminal", () => void>;
  resized: () => void;
}

/** Panes that can be closed. */
type Closable = "side" | "preview" | "terminal";

const order: readonly PaneName[] = ["side", "editor", "preview", "terminal"];

/** A side panel at the left, editor and preview beside each other above the terminal; below 700 px one of them at a time. */
export class Panes {
  readonly body: HTMLElement;
  readonly switcher: HTMLElement;
  readonly #options: PanesOptions;
  readonly #root: HTMLElement;
  readonly #narrow = matchMedia("(max-width: 700px)");
  readonly #terminalToggle: HTMLButtonElement;
  #covered = false;

  constructor(root: HTMLElement, options: PanesOptions) {
    this.#root = root;
    this.#options = options;
    const resized = () => options.resized();
    const side = separator({ pane: options.side.element, axis: "x", after: false, key: "side", label: "Width of the side panel", initial: 248, least: 160, most: 0.5, resized });
    const preview = separator({ pane: options.preview, axis: "x", after: true, key: "preview", label: "Width of the preview", initial: Math.round(innerWidth * 0.36), least: 240, most: 0.7, resized });
    const panel = separator({ pane: options.terminal, axis: "y", after: true, key: "panel", label: "Height of the terminal", initial: Math.round(innerHeight * 0.32), least: 96, most: 0.8, resized });
    side.classList.add("dx-side-separator");
    preview.classList.add("dx-preview-separator");
    panel.classList.add("dx-panel-separator");
    options.side.element.append(side);
    this.#terminalToggle = button("Terminal", {
      class: "dx-activity-button", icon: icon("terminal", 20), iconOnly: true, attributes: { "aria-pressed": "true", "data-testid": "toggle-terminal" },
      on: { click: () => this.toggle("terminal") },
    });
    this.body = element("main", { class: "dx-body", attributes: { id: "main" } },
      element("nav", { class: "dx-activity", attributes: { "aria-label": "Side panels" } }, ...options.side.buttons, this.#terminalToggle),
      options.side.element,
      element("div", { class: "dx-main" }, element("div", { class: "dx-upper" }, options.editor, preview, options.preview), panel, options.terminal));
    const entry = (name: PaneName, test: string, label: string, glyph: IconName) => button(label, {
      class: "dx-switch", icon: icon(glyph, 20), attributes: { "data-testid": `switch-${test}`, "data-pane": name }, on: { click: () => this.show(name) },
    });
    this.switcher = element("nav", { class: "dx-switcher", attributes: { "aria-label": "Panes" } },
      options.keyRow, element("div", { class: "dx-switches" },
        entry("side", "files", "Files", "files"), entry("editor", "editor", "Editor", "editor"), entry("preview", "preview", "Preview", "preview"),
        entry("terminal", "terminal", "Terminal", "terminal")));
    root.dataset.pane = "editor";
    for (const name of ["side", "terminal"] as const) this.#set(name, remembered.get(`pane.${name}`) !== "closed");
    this.#set("preview", false);
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

  isOpen(name: Closable): boolean {
    return this.#root.dataset[name] !== "closed";
  }

  /** Brings a pane into sight. */
  show(name: PaneName): void {
    this.#root.dataset.pane = name;
    if (name !== "editor") this.#set(name, true);
    this.#mark();
    this.#options.resized();
  }

  /** Where there is one pane at a time, the editor comes to the front. */
  toEditor(): void {
    if (this.narrow) this.show("editor");
  }

  /** Shows a side panel with the focus in it; one that is in front already goes away. */
  async press(panel: string): Promise<void> {
    if (this.isOpen("side") && this.#options.side.current === panel && !this.narrow) this.toggle("side");
    else await this.showPanel(panel);
  }

  async showPanel(panel: string): Promise<void> {
    const { side } = this.#options;
    this.show("side");
    const shown = side.show(panel);
    this.#set("side", true);
    (await shown)?.focus();
  }

  /** While something lies over the panes, they take neither pointer nor keyboard. */
  setCovered(covered: boolean): void {
    if (covered === this.#covered) return;
    this.#covered = covered;
    for (const child of this.body.children) {
      if (child instanceof HTMLElement && !child.matches(".dx-overlay, .dx-toasts")) child.inert = covered;
    }
  }

  focus(name: PaneName): void {
    this.show(name);
    if (name === "side") void this.#options.side.focus();
    else this.#options.focus[name]();
  }

  toggle(name: Closable): void {
    if (this.narrow) {
      this.focus(name);
      return;
    }
    if (this.isOpen(name)) this.close(name);
    else {
      remembered.set(`pane.${name}`, "open");
      this.focus(name);
    }
  }

  close(name: Closable): void {
    this.#set(name, false);
    remembered.set(`pane.${name}`, "closed");
    if (this.front === name) this.#root.dataset.pane = "editor";
    this.#mark();
    this.#options.resized();
    this.#options.focus.editor();
  }

  step(by: number): void {
    const elements = { side: this.#options.side.element, editor: this.#options.editor, preview: this.#options.preview, terminal: this.#options.terminal };
    const seen = order.filter((name) => name === "editor" || this.isOpen(name) || (this.narrow && name !== "preview"));
    const at = seen.findIndex((name) => elements[name].contains(document.activeElement));
    const next = seen[(at + by + seen.length) % seen.length];
    if (next) this.focus(next);
  }

  #set(name: Closable, open: boolean): void {
    this.#root.dataset[name] = open ? "open" : "closed";
    if (name === "side") this.#options.side.mark(open);
    else if (name === "terminal") this.#terminalToggle.setAttribute("aria-pressed", open ? "true" : "false");
  }

  #mark(): void {
    for (const entry of this.switcher.querySelectorAll<HTMLElement>(".dx-switch")) entry.setAttribute("aria-current", entry.dataset.pane === this.front ? "true" : "false");
  }
}
