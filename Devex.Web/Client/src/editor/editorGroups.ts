import { element } from "../layout/dom.js";
import { separator } from "../layout/separator.js";
import { EditorGroup, type EditorGroupOptions } from "./editorGroup.js";
import { Folded } from "./folded.js";
import type { EditorTab } from "./openFiles.js";
import type { RememberedTabs } from "./rememberedTabs.js";

interface EditorGroupsOptions extends EditorGroupOptions {
  /** The focus went to another group. */
  entered: () => void;
  /** The window became narrow or wide, and tabs moved. */
  turned: () => void;
}

/** One group of tabs or two beside each other, and the one that files open in; in a narrow window all tabs stand in one. */
export class EditorGroups {
  readonly element = element("div", { class: "dx-editor-groups" });
  readonly #options: EditorGroupsOptions;
  readonly #narrow = matchMedia("(max-width: 700px)");
  readonly #folded = new Folded<EditorTab>();
  readonly #stop = new AbortController();
  #all: EditorGroup[] = [];
  #focused: EditorGroup;
  #separator: HTMLElement | undefined;

  constructor(options: EditorGroupsOptions) {
    this.#options = options;
    this.#narrow.addEventListener("change", () => this.#turn(), { signal: this.#stop.signal });
    this.#focused = this.#add();
  }

  get all(): readonly EditorGroup[] {
    return this.#all;
  }

  get focused(): EditorGroup {
    return this.#focused;
  }

  get isSplit(): boolean {
    return this.#all.length > 1;
  }

  /** Whether there is room for two groups. */
  get hasRoom(): boolean {
    return !this.#narrow.matches;
  }

  /** The other group, made when there is none. */
  otherThan(group: EditorGroup): EditorGroup {
    return this.#all.find((one) => one !== group) ?? this.#add();
  }

  /** The group that a tab stands in; for one that stands in none the focused one. */
  holderOf(tab: EditorTab): EditorGroup {
    return this.#all.find((group) => group.tabs.has(tab)) ?? this.#focused;
  }

  /** Brings a tab to the front of a group, which becomes the one that files open in. */
  show(group: EditorGroup, tab: EditorTab): void {
    group.tabs.show(tab);
    this.#focused = group;
    group.render();
    if (tab.kind !== "text") return;
    tab.enter(group);
    group.layout();
  }

  /** Takes a tab out of a group. */
  take(group: EditorGroup, tab: EditorTab): void {
    group.tabs.remove(tab);
    if (tab.kind === "text") tab.leave(group);
  }

  /** A group without tabs goes away while there is another. */
  tidy(): void {
    const empty = this.isSplit ? this.#all.find((group) => group.tabs.all.length === 0) : undefined;
    if (!empty) return;
    empty.dispose();
    this.#separator?.remove();
    this.#all = this.#all.filter((group) => group !== empty);
    this.#all[0]?.setPlace(1);
    if (this.#focused === empty && this.#all[0]) this.#focused = this.#all[0];
  }

  /** Puts a tab where it was the last time, in the first or second group. */
  restore(tab: EditorTab, place: number): void {
    const [first = this.#focused, second] = this.#all;
    if (place === 1 && first.tabs.all.length > 0) {
      if (this.hasRoom) return this.show(second ?? this.#add(), tab);
      this.#folded.add(tab, first.tabs.has(tab));
    }
    this.show(first, tab);
  }

  /** What is to be remembered: where tabs stand while there is room. */
  get kept(): RememberedTabs {
    const tabs = this.isSplit ? this.#all.map((group) => group.tabs.all) : Object.values(this.#folded.apart(this.#focused.tabs.all));
    const path = (tab: EditorTab | undefined) => (tab?.kind === "diff" ? undefined : tab?.path);
    return {
      groups: tabs.filter((group) => group.length > 0).map((group, index) => ({
        paths: group.flatMap((tab) => path(tab) ?? []), active: path((this.#all[index] ?? this.#focused).tabs.front),
      })),
      focused: this.#all.indexOf(this.#focused),
    };
  }

  render(): void {
    for (const group of this.#all) {
      group.element.classList.toggle("dx-focused", group === this.#focused);
      group.render();
    }
  }

  layout(): void {
    for (const group of this.#all) group.layout();
  }

  dispose(): void {
    this.#stop.abort();
    for (const group of this.#all) group.dispose();
  }

  #add(): EditorGroup {
    const group = new EditorGroup(this.#options);
    group.element.addEventListener("focusin", () => this.#enter(group));
    if (this.#all.length > 0) {
      this.#separator = separator({
        pane: group.element, axis: "x", after: true, key: "split", label: "Width of the second editor group", initial: Math.round(this.element.clientWidth / 2), least: 160, most: 0.7,
        resized: () => this.layout(),
      });
      this.element.append(this.#separator);
    }
    this.element.append(group.element);
    this.#all.push(group);
    group.setPlace(this.#all.length === 1 ? 1 : 2);
    group.render();
    return group;
  }

  /** The person is in a group now. */
  #enter(group: EditorGroup): void {
    if (this.#focused === group || !this.#all.includes(group)) return;
    this.#focused = group;
    const { front } = group.tabs;
    if (front?.kind === "text") front.enter(group);
    this.#options.entered();
  }

  #turn(): void {
    const { front } = this.#focused.tabs;
    if (this.hasRoom) this.#unfold();
    else this.#fold();
    if (front) this.show(this.holderOf(front), front);
    this.#options.turned();
  }

  #fold(): void {
    const [first, second] = this.#all;
    if (!first || !second) return;
    for (const tab of [...second.tabs.all]) {
      this.#folded.add(tab, first.tabs.has(tab));
      this.take(second, tab);
      first.tabs.show(tab);
    }
    this.tidy();
  }

  #unfold(): void {
    const group = this.#focused;
    const { first, second } = this.#folded.apart(group.tabs.all);
    this.#folded.clear();
    if (this.isSplit || first.length === 0 || second.length === 0) return;
    const made = this.#add();
    for (const tab of second) {
      if (!first.includes(tab)) this.take(group, tab);
      made.tabs.show(tab);
    }
  }
}
