import type { SaveState } from "../documents/saveState.js";
import { folderOf, nameOf } from "../files/paths.js";
import { button, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { FileNotice } from "./fileNotice.js";
import type { MarkdownPreview } from "./markdownPreview.js";
import type { EditorTab } from "./openFiles.js";
import { TabBar } from "./tabBar.js";
import { TabList } from "./tabList.js";
import { welcome } from "./welcome.js";

export interface EditorGroupOptions {
  mayEdit: () => boolean;
  pick: (group: EditorGroup, tab: EditorTab) => void;
  close: (group: EditorGroup, tab: EditorTab) => void;
  /** The order of the tabs changed. */
  reordered: () => void;
  /** A tab of the other group was dropped here. */
  adopt: (group: EditorGroup, key: string, before: EditorTab | undefined) => void;
  /** The file in front is wanted beside. */
  beside: (group: EditorGroup) => void;
  /** A link of a preview names a file. */
  open: (path: string) => void;
  failed: (error: unknown) => void;
}

/** One of the editors that stand beside each other: its tabs and what is in front, below them a word about it if there is one to say. */
export class EditorGroup {
  readonly element: HTMLElement;
  readonly tabs = new TabList<EditorTab>();
  readonly #options: EditorGroupOptions;
  readonly #bar: TabBar;
  readonly #content = element("div", { class: "dx-editor-content", attributes: { role: "tabpanel" } });
  readonly #body = element("div", { class: "dx-editor-body" }, this.#content);
  readonly #previewButton = button("Preview", {
    class: "dx-icon-button dx-head-button", icon: icon("eye", 16), iconOnly: true, attributes: { "data-testid": "preview-markdown", "aria-pressed": "false" },
    on: { click: () => void this.togglePreview() },
  });
  readonly #besideButton = button("Open to the side", {
    class: "dx-icon-button dx-head-button dx-wide-only", icon: icon("columns", 16), iconOnly: true, attributes: { "data-testid": "open-beside" },
    on: { click: () => this.#options.beside(this) },
  });
  readonly #welcome = welcome();
  readonly #notice: FileNotice;
  #preview: MarkdownPreview | undefined;
  #previewing = false;

  constructor(options: EditorGroupOptions) {
    this.#options = options;
    this.#bar = new TabBar({
      label: "Open files",
      select: (key) => this.#with(key, (tab) => options.pick(this, tab)),
      close: (key) => this.#with(key, (tab) => options.close(this, tab)),
      reorder: (key, before) => this.#with(key, (tab) => {
        this.tabs.place(tab, this.#byKey(before));
        this.render();
        options.reordered();
      }),
      adopt: (key, before) => options.adopt(this, key, this.#byKey(before)),
    });
    this.#notice = new FileNotice(options.mayEdit);
    this.element = element("section", { class: "dx-editor-group" },
      element("div", { class: "dx-editor-head" }, this.#bar.element, this.#previewButton, this.#besideButton), this.#notice.element, this.#body);
  }

  /** The first, or of two the second. */
  setPlace(number: 1 | 2): void {
    this.element.dataset.testid = `editor-group-${number}`;
    this.element.setAttribute("aria-label", number === 1 ? "First editor group" : "Second editor group");
    this.element.classList.toggle("dx-second", number === 2);
  }

  /** Whether the file in front is Markdown, which can be shown as it is meant to be read. */
  get isMarkdown(): boolean {
    const { front } = this.tabs;
    return front?.kind === "text" && /\.(?:md|markdown)$/i.test(front.path);
  }

  /** Shows Markdown files beside their text as they are meant to be read; in a narrow window in its place. */
  async togglePreview(): Promise<void> {
    try {
      if (!this.#preview) {
        const { MarkdownPreview: made } = await import("./markdownPreview.js");
        this.#preview ??= new made((path) => this.#options.open(path));
      }
      this.#previewing = !this.#previewing;
      this.render();
      this.layout();
    } catch (error) {
      this.#options.failed(error);
    }
  }

  focus(): void {
    const { front } = this.tabs;
    if (front?.kind === "text") front.viewIn(this).focus();
    else this.#bar.focus();
  }

  layout(): void {
    const { front } = this.tabs;
    if (front?.kind === "text") front.viewIn(this).requestMeasure();
  }

  render(): void {
    const { all, front } = this.tabs;
    const names = new Map<string, number>();
    for (const tab of all) names.set(nameOf(tab.path), (names.get(nameOf(tab.path)) ?? 0) + 1);
    this.#bar.render(all.map((tab) => ({
      key: tab.path,
      label: tab.kind === "diff" ? tab.label : plain(nameOf(tab.path), 60),
      // Two files of one name are told apart by their folder.
      detail: (names.get(nameOf(tab.path)) ?? 0) > 1 ? plain(folderOf(tab.path) || "/", 40) : undefined,
      title: plain(tab.path, 500),
      mark: mark(tab.saveState),
      selected: tab === front,
    })));
    const shown = front?.kind === "text" ? front.viewIn(this).dom : (front?.element ?? this.#welcome);
    if (this.#content.firstChild !== shown || this.#content.childNodes.length !== 1) this.#content.replaceChildren(shown);
    this.#notice.show(front);
    this.#renderPreview();
  }

  dispose(): void {
    this.#preview?.dispose();
    this.element.remove();
  }

  #renderPreview(): void {
    const { front } = this.tabs;
    const preview = this.#previewing && this.isMarkdown ? this.#preview : undefined;
    const [hidden, pressed] = [!this.isMarkdown, String(preview !== undefined)];
    // An attribute that is set is a reason for a frame, whether it was so before or not.
    if (this.#previewButton.hidden !== hidden) this.#previewButton.hidden = hidden;
    if (this.#previewButton.getAttribute("aria-pressed") !== pressed) this.#previewButton.setAttribute("aria-pressed", pressed);
    this.#body.classList.toggle("dx-previewing", preview !== undefined);
    this.#preview?.show(preview && front?.kind === "text" ? front : undefined);
    if (!preview) this.#preview?.element.remove();
    else if (!preview.element.isConnected) this.#body.append(preview.element);
  }

  #byKey(key: string | undefined): EditorTab | undefined {
    return this.tabs.all.find((tab) => tab.path === key);
  }

  #with(key: string, action: (tab: EditorTab) => void): void {
    const tab = this.#byKey(key);
    if (tab) action(tab);
  }
}

function mark(state: SaveState | undefined): { kind: string; text: string } | undefined {
  if (!state || state.kind === "s3" || state.kind === "readOnly") return undefined;
  return { kind: state.kind, text: state.kind === "disk" && state.text === "Saved" ? "Saved on this machine, not yet in S3" : state.text };
}
