import { confirm } from "../layout/dialog.js";
import { button, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { redraw } from "../layout/redraw.js";
import type { Toasts } from "../layout/toasts.js";
import type { FoundMatch, SearchQuery } from "../protocol/search.js";
import { ConnectionLost } from "../session/jsonRpc.js";
import type { Session } from "../session/session.js";
import { resultList } from "./results.js";
import { SearchModel } from "./searchModel.js";

interface SearchPanelOptions {
  session: Session;
  toasts: Toasts;
  mayEdit: () => boolean;
  open: (path: string, match: FoundMatch, focus: boolean) => void;
}

const pause = 200;
let searches = 0;

/** Search across files, as it is typed; replace with what it will do in sight. */
export class SearchPanel {
  readonly element: HTMLElement;
  readonly #options: SearchPanelOptions;
  readonly #model = new SearchModel();
  readonly #text = field("Search", "search-text");
  readonly #replacement = field("Replace with", "search-replacement");
  readonly #include = field("Files to include, e.g. src, *.ts", "search-include");
  readonly #exclude = field("Files to exclude", "search-exclude");
  readonly #case = toggle("Aa", "Match case", () => this.#changed());
  readonly #word = toggle("ab", "Whole words", () => this.#changed());
  readonly #regex = toggle(".*", "Regular expression", () => this.#changed());
  readonly #ignored = toggle("!", "Also what is ignored", () => this.#changed());
  readonly #summary = element("p", { class: "dx-search-summary dx-muted", attributes: { role: "status", "data-testid": "search-summary" } });
  readonly #results = element("div", { class: "dx-search-results" });
  readonly #replaceRow: HTMLElement;
  readonly #replaceAll: HTMLButtonElement;
  readonly #replaceToggle: HTMLButtonElement;
  readonly #off: (() => void)[];
  #name = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  constructor(options: SearchPanelOptions) {
    this.#options = options;
    const later = () => this.#changed();
    for (const input of [this.#text, this.#replacement, this.#include, this.#exclude]) {
      input.addEventListener("input", later);
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") this.#search();
        else if (event.key === "ArrowDown" && input === this.#text) this.#results.querySelector<HTMLElement>("button")?.focus();
      });
    }
    this.#replaceAll = button("Replace all", { class: "dx-icon-button", icon: icon("replace", 16), iconOnly: true, attributes: { "data-testid": "replace-all" }, on: { click: () => void this.#replace() } });
    this.#replaceToggle = button("Replace", {
      class: "dx-icon-button dx-editing", icon: icon("chevron", 14), iconOnly: true, attributes: { "aria-expanded": "false", "data-testid": "search-replace-toggle" },
      on: { click: () => this.showReplace(this.#replaceRow.hidden !== false) },
    });
    this.#replaceRow = element("div", { class: "dx-search-row dx-editing", attributes: { hidden: true } }, this.#replacement, this.#replaceAll);
    this.element = element("section", { class: "dx-side-panel dx-search-panel", attributes: { "aria-label": "Search" } },
      element("div", { class: "dx-panel-head" }, element("h2", { text: "Search" }),
        button("Search again", { class: "dx-icon-button", icon: icon("refresh", 16), iconOnly: true, on: { click: () => this.#search() } })),
      element("div", { class: "dx-search-form", attributes: { role: "search" } },
        element("div", { class: "dx-search-row" }, this.#replaceToggle, this.#text),
        element("div", { class: "dx-search-toggles" }, this.#case, this.#word, this.#regex, this.#ignored),
        this.#replaceRow, this.#include, this.#exclude),
      this.#summary, this.#results);
    this.#off = [
      options.session.on("search.found", ({ search, files }) => {
        if (search !== this.#name) return;
        this.#model.found(files);
        this.#schedule();
      }),
      options.session.on("search.ended", (end) => {
        if (end.search !== this.#name) return;
        this.#model.end = end;
        if (end.problem == null) this.#schedule();
        else this.#refused(end.problem);
      }),
    ];
  }

  /** @param anew What is typed next takes the place of what is there. */
  focus(anew = true): void {
    this.#text.focus();
    if (anew) this.#text.select();
    else this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
  }

  /** Begins with a text, such as what is selected in the editor. */
  begin(text: string): void {
    if (text === "") return;
    this.#text.value = text;
    this.#search();
  }

  showReplace(shown: boolean): void {
    if (shown && !this.#options.mayEdit()) return;
    this.#replaceRow.hidden = !shown;
    this.#replaceToggle.setAttribute("aria-expanded", shown ? "true" : "false");
    if (this.#text.value !== "") this.#search();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#off.forEach((off) => off());
  }

  #query(): SearchQuery {
    const query: SearchQuery = {
      text: this.#text.value, matchCase: pressed(this.#case), wholeWord: pressed(this.#word), regex: pressed(this.#regex), ignored: pressed(this.#ignored),
    };
    if (this.#include.value.trim() !== "") query.include = this.#include.value;
    if (this.#exclude.value.trim() !== "") query.exclude = this.#exclude.value;
    if (!this.#replaceRow.hidden) query.replacement = this.#replacement.value;
    return query;
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), pause);
  }

  #search(): void {
    clearTimeout(this.#timer);
    const query = this.#query();
    const before = this.#name;
    const name = (this.#name = `s${++searches}`);
    this.#model.begin(query);
    if (query.text === "") {
      void this.#options.session.request("search.cancel", { search: before }).catch(() => undefined);
      this.#summary.textContent = "";
      this.#results.replaceChildren();
      return;
    }
    this.#schedule();
    this.#options.session.request("search.start", { search: name, query }).catch((error: unknown) => {
      if (name === this.#name) this.#refused(error instanceof ConnectionLost ? "There is no connection. Search again when it is back." : (error as Error).message);
    });
  }

  #refused(why: string): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#results.replaceChildren();
    this.#summary.textContent = plain(why, 300);
  }

  async #replace(only?: string): Promise<void> {
    const request = this.#model.replacement(only);
    const { session, toasts } = this.#options;
    const matches = request.files.reduce((sum, file) => sum + (file.only?.length ?? 0), 0);
    if (matches === 0) return;
    const what = `${matches} ${matches === 1 ? "match" : "matches"} in ${request.files.length} ${request.files.length === 1 ? "file" : "files"}`;
    if (only === undefined && !await confirm({ title: `Replace ${what}?`, action: "Replace", detail: "Each file is written once. What you had before stays in History." })) return;
    try {
      const done = await session.request("search.replace", request);
      if (done.left.length > 0) {
        toasts.show(`${done.left.length === 1 ? `${done.left[0] ?? ""} was` : `${done.left.length} files were`} left unchanged, because they changed since the search. Search again.`, "error");
      }
      this.#search();
    } catch (error) {
      toasts.error(error instanceof ConnectionLost ? new Error("The connection was lost. Search again to see what was replaced.") : error);
    }
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#summary.textContent = this.#model.summary();
      this.#replaceAll.disabled = this.#model.matches === 0 || this.#model.end === undefined;
      redraw(this.#results, () => this.#render());
    });
  }

  #render(): void {
    this.#results.replaceChildren(resultList(this.#model.files, {
      replacing: !this.#replaceRow.hidden && this.#options.mayEdit(),
      open: (path, match, focus) => this.#options.open(path, match, focus),
      replace: (path) => void this.#replace(path),
      dismiss: (path, match) => {
        this.#model.dismiss(path, match);
        this.#schedule();
      },
    }));
  }
}

function field(label: string, test: string): HTMLInputElement {
  return element("input", {
    class: "dx-field", attributes: { type: "text", "aria-label": label, placeholder: label, autocomplete: "off", spellcheck: "false", maxlength: 1000, "data-testid": test },
  });
}

function toggle(text: string, label: string, changed: () => void): HTMLButtonElement {
  const made = element("button", {
    class: "dx-toggle", attributes: { type: "button", "data-glyph": text, "aria-pressed": "false", "aria-label": label, title: label, "data-testid": `toggle:${label}` },
    on: {
      click: () => {
        made.setAttribute("aria-pressed", pressed(made) ? "false" : "true");
        changed();
      },
    },
  });
  return made;
}

const pressed = (toggled: HTMLElement): boolean => toggled.getAttribute("aria-pressed") === "true";
