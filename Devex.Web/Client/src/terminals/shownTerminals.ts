import { separator } from "../layout/separator.js";
import type { TerminalView } from "./terminalView.js";

/** Which terminals are shown: the active one, or two beside each other of which it is one. Where there is room for one, that is it. */
export class ShownTerminals {
  readonly #content: HTMLElement;
  readonly #narrow = matchMedia("(max-width: 700px)");
  readonly #stop = new AbortController();
  #active: TerminalView | undefined;
  /** Left and right. */
  #pair: readonly TerminalView[] | undefined;
  #separator: HTMLElement | undefined;

  constructor(content: HTMLElement, changed: () => void) {
    this.#content = content;
    this.#narrow.addEventListener("change", changed, { signal: this.#stop.signal });
  }

  get active(): TerminalView | undefined {
    return this.#active;
  }

  get isSplit(): boolean {
    return this.#pair !== undefined;
  }

  get all(): readonly TerminalView[] {
    return this.#pair && !this.#narrow.matches ? this.#pair : this.#active ? [this.#active] : [];
  }

  /** Of two that are shown a third one takes the place of the active one. */
  activate(view: TerminalView): void {
    if (this.#pair && !this.#pair.includes(view)) this.#pair = this.#pair.map((one) => (one === this.#active ? view : one));
    this.#active = view;
  }

  split(left: TerminalView, right: TerminalView): void {
    this.#pair = [left, right];
    this.#active = right;
  }

  unsplit(): void {
    this.#pair = undefined;
  }

  /** A terminal is gone; of two the other one has all the room. */
  remove(view: TerminalView, next: TerminalView | undefined): void {
    const other = this.#pair?.includes(view) ? this.#pair.find((one) => one !== view) : undefined;
    if (other) this.#pair = undefined;
    if (this.#active === view) this.#active = other ?? next;
  }

  render(views: Iterable<TerminalView>): void {
    const [left, right] = this.all;
    for (const view of views) {
      view.element.hidden = view !== left && view !== right;
      view.element.classList.toggle("dx-left", right !== undefined && view === left);
      view.element.classList.toggle("dx-right", right !== undefined && view === right);
    }
    this.#separate(right !== undefined);
  }

  layout(): void {
    for (const view of this.all) view.layout();
  }

  dispose(): void {
    this.#stop.abort();
  }

  #separate(two: boolean): void {
    if (two === (this.#separator !== undefined)) return;
    this.#separator?.remove();
    this.#separator = undefined;
    if (!two) return;
    this.#separator = separator({
      pane: this.#content, axis: "x", after: true, key: "terminals", label: "Width of the second terminal", initial: Math.round(this.#content.clientWidth / 2), least: 120, most: 0.7,
      resized: () => this.layout(),
    });
    this.#content.append(this.#separator);
  }
}
