import { button, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { folderOf, nameOf } from "../files/paths.js";
import type { FoundFile, FoundMatch } from "../protocol/search.js";

interface ResultOptions {
  replacing: boolean;
  open: (path: string, match: FoundMatch, focus: boolean) => void;
  replace: (path: string) => void;
  dismiss: (path: string, match?: FoundMatch) => void;
}

/** Files with their matches; arrows go through them, Delete takes one out. */
export function resultList(files: readonly FoundFile[], options: ResultOptions): HTMLElement {
  const list = element("ul", { class: "dx-search-files", attributes: { "data-testid": "search-results" } }, ...files.map((file) => group(file, options)));
  list.addEventListener("keydown", (event) => {
    const rows = [...list.querySelectorAll<HTMLButtonElement>(".dx-search-match")];
    const at = rows.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "ArrowDown") rows[Math.min(rows.length - 1, at + 1)]?.focus();
    else if (event.key === "ArrowUp" && at > 0) rows[at - 1]?.focus();
    else return;
    event.preventDefault();
  });
  return list;
}

function group(file: FoundFile, options: ResultOptions): HTMLElement {
  const name = plain(nameOf(file.path), 80);
  const act = (label: string, glyph: "replace" | "close", run: () => void) =>
    button(label, { class: "dx-icon-button dx-search-act", icon: icon(glyph, 14), iconOnly: true, on: { click: run } });
  return element("li", { class: "dx-search-file", attributes: { "data-testid": `found:${file.path}` } },
    element("div", { class: "dx-search-head", attributes: { title: plain(file.path, 500) } },
      element("span", { class: "dx-search-name", text: name }), element("span", { class: "dx-search-folder", text: plain(folderOf(file.path), 200) }),
      options.replacing ? act(`Replace in ${name}`, "replace", () => options.replace(file.path)) : undefined,
      act(`Leave out ${name}`, "close", () => options.dismiss(file.path)),
      element("span", { class: "dx-search-count", text: String(file.matches.length) })),
    element("ul", { class: "dx-search-lines" }, ...file.matches.map((match) => element("li", {}, row(file.path, match, options)))));
}

function row(path: string, match: FoundMatch, options: ResultOptions): HTMLElement {
  // What stands before the match is cut at its left, so that the match is in sight in a narrow panel.
  const before = match.text.slice(0, match.start).replace(/^\s+/, "").slice(-24);
  const hit = match.text.slice(match.start, match.start + match.length);
  const shown = options.replacing && match.replacement != null;
  return element("button", {
    class: "dx-search-match",
    attributes: { type: "button", title: `Line ${match.line}` },
    on: {
      click: () => options.open(path, match, true),
      keydown: (event) => {
        if (event.key === " ") {
          event.preventDefault();
          options.open(path, match, false);
        } else if (event.key === "Delete") {
          event.preventDefault();
          options.dismiss(path, match);
        }
      },
    },
  },
  element("span", { class: "dx-search-line", text: String(match.line) }),
  element("span", { class: "dx-search-text" }, plain(before, 80),
    shown ? element("del", { text: plain(hit, 200) }) : element("mark", { text: plain(hit, 200) }),
    shown ? element("ins", { text: plain(match.replacement ?? "", 200) }) : undefined,
    plain(match.text.slice(match.start + match.length), 240)));
}
