import DOMPurify from "dompurify";
import { marked } from "marked";
import { element } from "../layout/dom.js";
import type { Markup } from "./lsp.js";

const longest = 50_000;

// Text, lists, tables and links: no picture is fetched and no style applied because a server says so.
const allowed = [
  "a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "pre", "strong", "table", "tbody", "td",
  "th", "thead", "tr", "ul",
];

/** What a server says about something, as elements. Servers pass on what files say, and files come from anybody. */
export function markdown(markup: Markup): HTMLElement {
  const text = textOf(markup).slice(0, longest);
  const made = element("div", { class: "dx-markdown" });
  if (isPlain(markup)) {
    made.append(element("p", { text }));
    return made;
  }
  const html = marked.parse(text, { async: false, gfm: true });
  made.append(DOMPurify.sanitize(html, { ALLOWED_TAGS: allowed, ALLOWED_ATTR: ["href"], ALLOWED_URI_REGEXP: /^https:/i, RETURN_DOM_FRAGMENT: true }));
  for (const link of made.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  return made;
}

export function isEmpty(markup: Markup | null | undefined): boolean {
  return markup == null || textOf(markup).trim().length === 0;
}

const isPlain = (markup: Markup): boolean => typeof markup === "object" && "kind" in markup && markup.kind === "plaintext";

function textOf(markup: Markup): string {
  if (typeof markup === "string") return markup;
  if (Array.isArray(markup)) return markup.map(textOf).join("\n\n");
  if ("language" in markup) return `\`\`\`${markup.language}\n${markup.value}\n\`\`\``;
  return String(markup.value);
}
