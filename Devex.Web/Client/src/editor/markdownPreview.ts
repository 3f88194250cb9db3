import DOMPurify from "dompurify";
import { Marked, type Token, type Tokens } from "marked";
import { folderOf } from "../files/paths.js";
import { element, plain } from "../layout/dom.js";
import type { TextTab } from "./textTab.js";

const longest = 1_000_000;

// Files come from anybody: text, lists, tables and links, and nothing that runs, styles or fetches. Pictures are links that open them.
const allowed = [
  "a", "b", "blockquote", "br", "code", "dd", "del", "details", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "ol", "p", "pre",
  "s", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
];

const marked = new Marked({
  gfm: true,
  renderer: { checkbox: ({ checked }) => (checked ? "☑ " : "☐ ") },
  walkTokens: (token: Token) => {
    if (token.type !== "image") return;
    const words = (token as Tokens.Image).text || "picture";
    Object.assign(token, { type: "link", tokens: [{ type: "text", raw: words, text: words, escaped: false }] });
  },
});

/** The text of a Markdown file as it is meant to be read; follows each edit, of whoever. */
export class MarkdownPreview {
  readonly element: HTMLElement;
  readonly #open: (path: string) => void;
  #tab: TextTab | undefined;
  #off: (() => void) | undefined;
  #frame = 0;
  #shown: unknown;

  constructor(open: (path: string) => void) {
    this.#open = open;
    this.element = element("section", {
      class: "dx-markdown-preview", attributes: { tabindex: 0, "data-testid": "markdown-preview" }, on: { click: (event) => this.#click(event) },
    });
  }

  show(tab: TextTab | undefined): void {
    if (tab === this.#tab) return;
    this.#off?.();
    this.#tab = tab;
    this.#off = tab?.onUpdate(() => this.#schedule());
    this.element.scrollTop = 0;
    this.#render();
  }

  dispose(): void {
    this.#off?.();
    cancelAnimationFrame(this.#frame);
  }

  /** Once per frame, however fast somebody types. */
  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render(): void {
    const doc = this.#tab?.view.state.doc;
    if (!this.#tab || !doc || doc === this.#shown) return;
    this.#shown = doc;
    this.element.setAttribute("aria-label", `Preview of ${plain(this.#tab.path, 200)}`);
    this.element.replaceChildren(rendered(doc.sliceString(0, longest)));
  }

  #click(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const href = link?.getAttribute("href");
    if (href == null || link?.target === "_blank" || !this.#tab) return;
    event.preventDefault();
    if (href.startsWith("#")) {
      const wanted = slug(decoded(href.slice(1)));
      [...this.element.querySelectorAll("h1, h2, h3, h4, h5, h6")].find((heading) => slug(heading.textContent) === wanted)?.scrollIntoView();
      return;
    }
    const path = resolved(folderOf(this.#tab.path), decoded(href.replace(/[?#].*$/, "")));
    if (path !== undefined) this.#open(path);
  }
}

function rendered(text: string): DocumentFragment {
  const made = DOMPurify.sanitize(marked.parse(text, { async: false }), {
    ALLOWED_TAGS: allowed, ALLOWED_ATTR: ["href"], ALLOW_ARIA_ATTR: false, ALLOW_DATA_ATTR: false, ALLOWED_URI_REGEXP: /^(?:https:|[^:]*$)/i, RETURN_DOM_FRAGMENT: true,
  });
  for (const link of made.querySelectorAll("a")) {
    const href = link.getAttribute("href");
    // A picture in a link leaves an outer link without words.
    if (href === null || link.textContent.trim() === "") link.replaceWith(...link.childNodes);
    else if (/^(?:https:|[/\\]{2})/i.test(href)) {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
  }
  return made;
}

/** A path of the workspace; undefined for what is outside. */
function resolved(folder: string, href: string): string | undefined {
  const parts: string[] = [];
  for (const part of (href.startsWith("/") ? href : `${folder}/${href}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length > 0 ? parts.join("/") : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A heading's name in links, as forges make it. */
const slug = (text: string): string => text.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
