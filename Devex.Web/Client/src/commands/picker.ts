import { element, plain } from "../layout/dom.js";
import { EarlyKeys } from "../layout/earlyKeys.js";
import { redraw } from "../layout/redraw.js";

export interface PickerItem {
  key: string;
  label: string;
  /** Places in the label that were asked for. */
  marks?: readonly number[];
  detail?: string | undefined;
  keys?: string | undefined;
  icon?: Node;
  /** `typed`: behind the Enter that picked it, before it was known. */
  pick: (typed: string) => void;
}

interface PickerOptions {
  label: string;
  placeholder: string;
  text?: string;
  /** What fits what was typed; called at each letter. */
  items: (text: string) => { items: readonly PickerItem[]; note?: string };
  /** Whether more is being asked for, so that what fits nothing may yet fit something. */
  pending?: () => boolean;
}

/** A line to type in and a list under it; Enter picks, Escape leaves, and the focus goes back to where it was. */
export class Picker {
  readonly #options: PickerOptions;
  readonly #dialog: HTMLDialogElement;
  readonly #input: HTMLInputElement;
  readonly #list = element("ul", { class: "dx-picker-list", attributes: { role: "listbox", id: "dx-picker-list", "data-testid": "picker-list" } });
  readonly #note = element("p", { class: "dx-picker-note dx-muted", attributes: { role: "status" } });
  readonly #before = document.activeElement as HTMLElement | null;
  #items: readonly PickerItem[] = [];
  #selected = 0;
  /** Enter was pressed before anything was known that fits. */
  #early: EarlyKeys | undefined;

  constructor(options: PickerOptions) {
    this.#options = options;
    this.#list.setAttribute("aria-label", options.label);
    this.#input = element("input", {
      class: "dx-picker-input",
      attributes: {
        type: "text", role: "combobox", "aria-label": options.label, "aria-expanded": "true", "aria-controls": "dx-picker-list", "aria-autocomplete": "list",
        autocomplete: "off", spellcheck: "false", placeholder: options.placeholder, "data-testid": "picker-input", maxlength: 300,
      },
      on: { input: () => this.refresh(), keydown: (event) => this.#key(event) },
    });
    this.#input.value = options.text ?? "";
    this.#dialog = element("dialog", { class: "dx-picker", attributes: { "aria-label": options.label, "data-testid": "picker" } }, this.#input, this.#list, this.#note);
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.close();
    });
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
    (document.querySelector(".dx-workbench") ?? document.body).append(this.#dialog);
    this.#dialog.showModal();
    this.refresh();
  }

  /** What is behind the list has changed. */
  refresh(): void {
    if (!this.#dialog.open) return;
    const { items, note } = this.#options.items(this.#input.value);
    this.#items = items;
    this.#selected = 0;
    this.#note.textContent = note ?? (items.length === 0 ? "Nothing fits." : "");
    redraw(this.#list, () => {
      this.#list.replaceChildren(...items.map((item, index) => this.#row(item, index)));
      this.#mark();
    });
    if (!this.#early || (items.length === 0 && this.#pending)) return;
    const typed = this.#early.take();
    this.#early = undefined;
    this.enter(typed);
  }

  /** Picks what is marked; where nothing is known yet, the first that fits, as soon as it is. */
  enter(typed = ""): void {
    const item = this.#items[this.#selected];
    if (item) this.#pick(item, typed);
    else if (this.#pending) this.#early = new EarlyKeys(this.#dialog, typed);
  }

  close(): void {
    this.#dialog.close();
    this.#before?.focus({ preventScroll: true });
  }

  #row(item: PickerItem, index: number): HTMLElement {
    const row = element("li", {
      class: "dx-picker-item", attributes: { role: "option", id: `dx-picker-${index}`, "data-testid": `pick:${item.key}` },
      on: {
        pointermove: () => {
          if (this.#selected === index) return;
          this.#selected = index;
          this.#mark();
        },
        click: () => this.#pick(item, ""),
      },
    }, item.icon, marked(item.label, item.marks ?? []));
    if (item.detail !== undefined && item.detail !== "") row.append(element("span", { class: "dx-picker-detail", text: plain(item.detail, 200) }));
    if (item.keys !== undefined) row.append(element("kbd", { text: item.keys }));
    return row;
  }

  #key(event: KeyboardEvent): void {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step !== undefined && this.#items.length > 0) {
      const last = this.#items.length - 1;
      const to = this.#selected + step;
      this.#selected = Math.abs(step) === 1 ? (to + this.#items.length) % this.#items.length : Math.max(0, Math.min(last, to));
      this.#mark();
    } else if (event.key === "Enter") {
      this.enter();
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }

  get #pending(): boolean {
    return this.#options.pending?.() === true;
  }

  #pick(item: PickerItem, typed: string): void {
    this.close();
    item.pick(typed);
  }

  #mark(): void {
    [...this.#list.children].forEach((row, index) => row.setAttribute("aria-selected", index === this.#selected ? "true" : "false"));
    if (this.#items.length > 0) this.#input.setAttribute("aria-activedescendant", `dx-picker-${this.#selected}`);
    else this.#input.removeAttribute("aria-activedescendant");
    this.#list.children[this.#selected]?.scrollIntoView({ block: "nearest" });
  }
}

function marked(label: string, marks: readonly number[]): HTMLElement {
  const made = element("span", { class: "dx-picker-label" });
  const clean = plain(label, 300);
  // A label that was made harmless has its letters where they were, unless it was cut.
  let at = 0;
  for (const mark of marks) {
    if (mark < at || mark >= clean.length) continue;
    made.append(clean.slice(at, mark), element("b", { text: clean.charAt(mark) }));
    at = mark + 1;
  }
  made.append(clean.slice(at));
  return made;
}
