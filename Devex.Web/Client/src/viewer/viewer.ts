import { bracketMatching, codeFolding, foldGutter, foldKeymap } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { defaultKeymap } from "@codemirror/commands";
import { appearance } from "../editor/appearance.js";
import { languageOf } from "../editor/languages.js";
import { imageType } from "../editor/imageTab.js";
import { element, plain } from "../layout/dom.js";

/** More of a text file is not shown; downloading gives all of it. */
const shownBytes = 1024 * 1024;

interface ViewedFile {
  /** Where its content is, on this origin. */
  url: string;
  path: string;
  size: number;
  /** A line to go to, from 1. */
  line?: number | null;
}

interface Shown {
  abort: AbortController;
  dispose?: () => void;
}

const shown = new WeakMap<HTMLElement, Shown>();

/** Shows a file of a restore point in `host`, read-only and highlighted. Content goes from Core to this page and never through the circuit. */
export async function show(host: HTMLElement, file: ViewedFile): Promise<void> {
  clear(host);
  const state: Shown = { abort: new AbortController() };
  shown.set(host, state);
  host.setAttribute("aria-busy", "true");
  try {
    const type = imageType(file.path);
    const content = type ? await fetchImage(file, type, state) : await fetchText(file, state);
    if (shown.get(host) !== state) return;
    host.replaceChildren(content instanceof HTMLElement ? content : textView(host, content, file, state));
  } catch (error) {
    if (state.abort.signal.aborted) return;
    host.replaceChildren(note("This file cannot be shown now", error instanceof Error ? error.message : String(error)));
  } finally {
    if (shown.get(host) === state) host.removeAttribute("aria-busy");
  }
}

export function clear(host: HTMLElement): void {
  const state = shown.get(host);
  state?.abort.abort();
  state?.dispose?.();
  shown.delete(host);
  host.replaceChildren();
}

async function read(url: string, state: Shown, range?: string): Promise<Response> {
  const response = await fetch(url, { signal: state.abort.signal, ...(range === undefined ? {} : { headers: { range } }) });
  if (!response.ok) throw new Error(response.status === 404 ? "It is not there any more: older restore points are thinned out." : `Core answered ${response.status}. Try again in a moment.`);
  return response;
}

async function fetchImage(file: ViewedFile, type: string, state: Shown): Promise<HTMLElement> {
  const bytes = await (await read(file.url, state)).arrayBuffer();
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  state.dispose = () => URL.revokeObjectURL(url);
  return element("div", { class: "dx-view-image" }, element("img", { attributes: { src: url, alt: plain(file.path) } }));
}

async function fetchText(file: ViewedFile, state: Shown): Promise<HTMLElement | { text: string; cut: boolean }> {
  if (file.size === 0) return note("This file is empty", "");
  const cut = file.size > shownBytes;
  const bytes = new Uint8Array(await (await read(file.url, state, cut ? `bytes=0-${shownBytes - 1}` : undefined)).arrayBuffer());
  // A cut may fall within a character, which decoding then gives back as a replacement.
  const text = new TextDecoder("utf-8", { fatal: false }).decode(bytes);
  if (bytes.includes(0) || (text.match(/\ufffd/g)?.length ?? 0) > text.length / 100 + 1) return note("This file is not text", "Download it to look inside.");
  return { text, cut };
}

function textView(host: HTMLElement, content: { text: string; cut: boolean }, file: ViewedFile, state: Shown): HTMLElement {
  const language = new Compartment();
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  const view = new EditorView({
    doc: content.text,
    extensions: [
      lineNumbers(), highlightSpecialChars(), codeFolding(), foldGutter(), bracketMatching(), highlightSelectionMatches(), search({ top: true }),
      EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.darkTheme.of(document.documentElement.dataset.theme !== "light"),
      keymap.of([...defaultKeymap, ...searchKeymap, ...foldKeymap]), appearance, language.of([]),
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": `Text of ${plain(file.path)}`, "data-testid": "viewed-text" }),
    ],
  });
  state.dispose = () => view.destroy();
  void languageOf(name)?.load().then((support) => {
    if (shown.get(host) === state) view.dispatch({ effects: language.reconfigure(support) });
  });
  if (file.line != null && file.line <= view.state.doc.lines) {
    const line = view.state.doc.line(file.line);
    view.dispatch({ selection: { anchor: line.from, head: line.to }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
  }
  return element("div", { class: "dx-view-text" },
    content.cut ? element("p", { class: "dx-notice", text: "The first MB is shown. Download the file to get all of it." }) : undefined, view.dom);
}

function note(title: string, detail: string): HTMLElement {
  return element("div", { class: "dx-view-note" }, element("h3", { text: title }), element("p", { class: "dx-muted", text: plain(detail, 300) }));
}
