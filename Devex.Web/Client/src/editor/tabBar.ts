import { element } from "../layout/dom.js";
import { icon, type IconName } from "../layout/icons.js";

export interface TabView {
  /** Path or id; also the test id's end. */
  key: string;
  label: string;
  detail?: string | undefined;
  title: string;
  icon?: IconName;
  mark?: { kind: string; text: string } | undefined;
  selected: boolean;
}

interface TabBarOptions {
  label: string;
  select: (key: string) => void;
  close: (key: string) => void;
  rename?: (key: string) => void;
  reorder?: (key: string, before: string | undefined) => void;
  /** A tab of another bar was dropped here. */
  adopt?: (key: string, before: string | undefined) => void;
}

// A browser tells what is dragged only when it is dropped.
let dragged: { bar: TabBar; key: string } | undefined;

/** A row of tabs: arrows move, Delete closes, middle click closes, dragging puts them in another order. */
export class TabBar {
  readonly element: HTMLElement;
  readonly #options: TabBarOptions;
  readonly #tabs = new Map<string, { tab: HTMLElement; signature: string; selected: boolean }>();

  constructor(options: TabBarOptions) {
    this.#options = options;
    this.element = element("div", {
      class: "dx-tabs", attributes: { role: "tablist", "aria-label": options.label },
      on: {
        keydown: (event) => this.#key(event),
        wheel: (event) => {
          if (event.deltaX === 0) this.element.scrollLeft += event.deltaY;
        },
        dragover: (event) => {
          if (this.#takesDragged) event.preventDefault();
        },
        drop: (event) => this.#drop(event, undefined),
      },
    });
  }

  focus(): void {
    this.element.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  }

  render(views: readonly TabView[]): void {
    const keys = new Set(views.map((view) => view.key));
    for (const [key, { tab }] of this.#tabs) {
      if (!keys.has(key)) {
        tab.remove();
        this.#tabs.delete(key);
      }
    }
    views.forEach((view, index) => {
      const signature = JSON.stringify(view);
      let kept = this.#tabs.get(view.key);
      if (!kept || kept.signature !== signature) {
        const focused = kept?.tab === document.activeElement;
        const tab = this.#make(view);
        kept?.tab.replaceWith(tab);
        if (focused) tab.focus();
        const came = view.selected && kept?.selected !== true;
        kept = { tab, signature, selected: view.selected };
        this.#tabs.set(view.key, kept);
        // Where a tab is has to be measured: not whenever its mark changes.
        if (came) queueMicrotask(() => tab.scrollIntoView({ block: "nearest", inline: "nearest" }));
      }
      if (this.element.children[index] !== kept.tab) this.element.insertBefore(kept.tab, this.element.children[index] ?? null);
    });
    this.element.hidden = views.length === 0;
  }

  #make(view: TabView): HTMLElement {
    const { key } = view;
    // For the pointer; the keyboard has Delete. A button within a tab would be a control within a control.
    const close = element("span", {
      class: "dx-tab-close", attributes: { "aria-hidden": "true", title: "Close", "data-testid": `close:${key}` },
      on: {
        click: (event) => {
          event.stopPropagation();
          this.#options.close(key);
        },
      },
    }, icon("close", 14));
    const tab = element("div", {
      class: "dx-tab",
      attributes: {
        role: "tab", "aria-selected": view.selected ? "true" : "false", tabindex: view.selected ? 0 : -1, title: view.title, "aria-keyshortcuts": "Delete",
        "data-testid": `tab:${key}`, draggable: this.#options.reorder ? "true" : undefined,
      },
      on: {
        click: () => this.#options.select(key),
        dblclick: () => this.#options.rename?.(key),
        mousedown: (event) => {
          // The middle button scrolls by default.
          if (event.button === 1) event.preventDefault();
        },
        auxclick: (event) => {
          if (event.button === 1) this.#options.close(key);
        },
        dragstart: (event) => {
          if (this.#options.reorder) dragged = { bar: this, key };
          event.dataTransfer?.setData("application/x-devex-tab", key);
        },
        dragend: () => {
          dragged = undefined;
        },
        drop: (event) => {
          const box = tab.getBoundingClientRect();
          const after = event.clientX > box.left + box.width / 2;
          this.#drop(event, after ? (tab.nextElementSibling as HTMLElement | null)?.dataset.key : key);
        },
      },
    });
    tab.dataset.key = key;
    if (view.icon) tab.append(icon(view.icon, 15));
    tab.append(element("span", { class: "dx-tab-label", text: view.label }));
    if (view.detail !== undefined) tab.append(element("span", { class: "dx-tab-detail", text: view.detail }));
    if (view.mark) tab.append(element("span", { class: `dx-dot dx-dot-${view.mark.kind}`, attributes: { role: "img", "aria-label": view.mark.text, title: view.mark.text } }));
    tab.append(close);
    return tab;
  }

  get #takesDragged(): boolean {
    return dragged !== undefined && (dragged.bar === this || this.#options.adopt !== undefined);
  }

  #drop(event: DragEvent, before: string | undefined): void {
    if (!dragged || !this.#takesDragged) return;
    event.preventDefault();
    event.stopPropagation();
    if (dragged.bar === this) this.#options.reorder?.(dragged.key, before);
    else this.#options.adopt?.(dragged.key, before);
    dragged = undefined;
  }

  #key(event: KeyboardEvent): void {
    const tabs = [...this.element.querySelectorAll<HTMLElement>("[role=tab]")];
    const at = tabs.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const go = (to: number) => {
      const tab = tabs[(to + tabs.length) % tabs.length];
      if (!tab?.dataset.key) return;
      this.#options.select(tab.dataset.key);
      this.#tabs.get(tab.dataset.key)?.tab.focus();
    };
    if (event.key === "ArrowLeft") go(at - 1);
    else if (event.key === "ArrowRight") go(at + 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(tabs.length - 1);
    else if (event.key === "F2" && this.#options.rename && tabs[at]?.dataset.key) this.#options.rename(tabs[at].dataset.key);
    else if (event.key === "Delete" && tabs[at]?.dataset.key) this.#options.close(tabs[at].dataset.key);
    else if ((event.key === "Enter" || event.key === " ") && tabs[at]?.dataset.key) this.#options.select(tabs[at].dataset.key);
    else return;
    event.preventDefault();
  }
}
