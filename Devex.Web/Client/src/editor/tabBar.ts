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

/** What a tab is made of. It stays the same element whatever it shows: one that was exchanged under the pointer would lose its click, or what is dragged. */
interface Tab {
  element: HTMLElement;
  label: HTMLElement;
  detail: HTMLElement;
  mark: HTMLElement;
  icon?: { name: IconName; element: Element };
}

// A browser tells what is dragged only when it is dropped.
let dragged: { bar: TabBar; key: string } | undefined;

/** A row of tabs: arrows move, Delete closes, middle click closes, dragging puts them in another order. */
export class TabBar {
  readonly element: HTMLElement;
  readonly #options: TabBarOptions;
  readonly #tabs = new Map<string, { tab: Tab; signature: string; selected: boolean }>();

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
        tab.element.remove();
        this.#tabs.delete(key);
      }
    }
    views.forEach((view, index) => {
      const signature = JSON.stringify(view);
      let kept = this.#tabs.get(view.key);
      if (kept?.signature !== signature) {
        const tab = kept?.tab ?? this.#make(view);
        show(tab, view);
        const came = view.selected && kept?.selected !== true;
        kept = { tab, signature, selected: view.selected };
        this.#tabs.set(view.key, kept);
        // Where a tab is has to be measured: not whenever its mark changes.
        if (came) queueMicrotask(() => tab.element.scrollIntoView({ block: "nearest", inline: "nearest" }));
      }
      const { element: shown } = kept.tab;
      if (this.element.children[index] !== shown) this.element.insertBefore(shown, this.element.children[index] ?? null);
    });
    this.element.hidden = views.length === 0;
  }

  #make({ key }: TabView): Tab {
    const label = element("span", { class: "dx-tab-label" });
    const detail = element("span", { class: "dx-tab-detail", attributes: { hidden: true } });
    const mark = element("span", { attributes: { hidden: true } });
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
      class: "dx-tab", attributes: { role: "tab", "aria-keyshortcuts": "Delete", "data-testid": `tab:${key}`, draggable: this.#options.reorder ? "true" : undefined },
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
    }, label, detail, mark, close);
    tab.dataset.key = key;
    return { element: tab, label, detail, mark };
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
      this.#tabs.get(tab.dataset.key)?.tab.element.focus();
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

function show(tab: Tab, view: TabView): void {
  const { element: shown, label, detail, mark } = tab;
  shown.setAttribute("aria-selected", view.selected ? "true" : "false");
  shown.tabIndex = view.selected ? 0 : -1;
  shown.title = view.title;
  if (view.icon !== tab.icon?.name) {
    tab.icon?.element.remove();
    tab.icon = view.icon && { name: view.icon, element: icon(view.icon, 15) };
    if (tab.icon) shown.prepend(tab.icon.element);
  }
  if (label.textContent !== view.label) label.textContent = view.label;
  detail.hidden = view.detail === undefined;
  detail.textContent = view.detail ?? "";
  mark.hidden = view.mark === undefined;
  mark.className = view.mark ? `dx-dot dx-dot-${view.mark.kind}` : "";
  if (view.mark) {
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", view.mark.text);
    mark.title = view.mark.text;
  }
}
