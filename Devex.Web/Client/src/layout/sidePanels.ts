import { button, element } from "./dom.js";
import { icon, type IconName } from "./icons.js";

export interface PanelView {
  element: HTMLElement;
  focus: () => void;
}

export interface SidePanel {
  id: string;
  label: string;
  icon: IconName;
  /** Makes it when it is first shown; most of a workbench is not needed to see a file. */
  create: () => Promise<PanelView>;
}

interface SidePanelsOptions {
  panels: readonly SidePanel[];
  /** A button was pressed. */
  pressed: (id: string) => void;
  failed: (error: unknown) => void;
}

/** The panels at the side, one at a time, and the buttons that choose. */
export class SidePanels {
  readonly element = element("div", { class: "dx-side" });
  readonly buttons: readonly HTMLButtonElement[];
  readonly #options: SidePanelsOptions;
  readonly #views = new Map<string, Promise<PanelView>>();
  #current: string;

  constructor(options: SidePanelsOptions) {
    this.#options = options;
    this.#current = options.panels[0]?.id ?? "";
    this.buttons = options.panels.map((panel) => button(panel.label, {
      class: "dx-activity-button", icon: icon(panel.icon, 20), iconOnly: true, attributes: { "aria-pressed": "false", "data-testid": `toggle-${panel.id}` },
      on: { click: () => options.pressed(panel.id) },
    }));
    void this.show(this.#current);
  }

  get current(): string {
    return this.#current;
  }

  /** Brings a panel to the front; answers it once it is there. */
  async show(id: string): Promise<PanelView | undefined> {
    this.#current = id;
    let view: PanelView;
    try {
      view = await this.#view(id);
    } catch (error) {
      // An old tab's chunks may be gone after an upgrade.
      this.#views.delete(id);
      this.#options.failed(error);
      return undefined;
    }
    if (this.#current !== id) return undefined;
    for (const child of this.element.querySelectorAll<HTMLElement>(":scope > .dx-side-panel")) child.hidden = child !== view.element;
    if (!view.element.isConnected) this.element.prepend(view.element);
    return view;
  }

  async focus(): Promise<void> {
    (await this.show(this.#current))?.focus();
  }

  mark(open: boolean): void {
    this.#options.panels.forEach((panel, index) => this.buttons[index]?.setAttribute("aria-pressed", open && panel.id === this.#current ? "true" : "false"));
  }

  #view(id: string): Promise<PanelView> {
    const known = this.#views.get(id);
    if (known) return known;
    const panel = this.#options.panels.find((one) => one.id === id);
    const made = panel ? panel.create() : Promise.reject(new Error(`There is no panel ${id}.`));
    this.#views.set(id, made);
    return made;
  }
}
