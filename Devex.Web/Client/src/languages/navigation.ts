import type { Place as TextPlace, TextTab } from "../editor/textTab.js";
import { plain } from "../layout/dom.js";
import { EarlyKeys } from "../layout/earlyKeys.js";
import type { Toasts } from "../layout/toasts.js";
import type { FileLanguage } from "./fileLanguage.js";
import type { Location, LocationLink, Range, TextEdit, Versions, WorkspaceEdit } from "./lsp.js";
import { changesNow, placeNow, rangeNow } from "./places.js";
import { askName } from "./renameDialog.js";
import { chooseReference } from "./referencesDialog.js";
import type { WorkspaceEdits } from "./workspaceEdits.js";

export interface NavigationHost {
  toasts: Toasts;
  edits: WorkspaceEdits;
  /** The path of a file of the workspace; undefined when it is none. */
  pathOf: (uri: string) => string | undefined;
  /** Opens a file at a place; what is typed until it is open goes there. */
  open: (path: string, at: (tab: TextTab) => TextPlace) => Promise<unknown>;
  read: (path: string) => Promise<string>;
  /** Writes where the cursor is, as if it was typed there. */
  type: (tab: TextTab, text: string) => void;
}

interface Place {
  uri: string;
  range: Range;
}

/** What a person asks for by a key: where something is defined and used, another name for it, tidy text. */
export class Navigation {
  readonly #host: NavigationHost;

  constructor(host: NavigationHost) {
    this.#host = host;
  }

  definition(file: FileLanguage, pos = file.tab.state.selection.main.head): Promise<void> {
    return this.#try(async () => {
      const stays = waitsIn(file.tab);
      const { result, versions } = await file.demand<Location | Location[] | LocationLink[] | null>("textDocument/definition", pos, {});
      if (!stays()) return;
      const places = placesOf(result);
      const inside = places.filter((place) => this.#host.pathOf(place.uri) !== undefined);
      if (places[0] && inside.length === 0) this.#host.toasts.show(`It is defined outside of the workspace, in ${plain(decodeURIComponent(places[0].uri.split("/").at(-1) ?? ""), 80)}.`);
      else if (inside.length === 0) this.#host.toasts.show("No definition is known.");
      else if (inside.length === 1 && inside[0]) await this.#go(inside[0], versions);
      else await this.#choose("Definitions", inside, versions, stays);
    });
  }

  references(file: FileLanguage): Promise<void> {
    return this.#try(async () => {
      const stays = waitsIn(file.tab);
      const { result, versions } = await file.demand<Location[] | null>(
        "textDocument/references", file.tab.state.selection.main.head, { context: { includeDeclaration: true } });
      if (!stays()) return;
      const inside = placesOf(result).filter((place) => this.#host.pathOf(place.uri) !== undefined);
      if (inside.length === 0) this.#host.toasts.show("No references are known.");
      else await this.#choose("References", inside, versions, stays);
    });
  }

  rename(file: FileLanguage): Promise<void> {
    return this.#try(async () => {
      const { tab } = file;
      if (tab.state.readOnly) throw new Error("This file takes no edits now.");
      const pos = tab.state.selection.main.head;
      const early = new EarlyKeys();
      const { former, stayed } = await this.#formerName(file, pos).then((former) => ({ former, stayed: early.waiting })).finally(() => early.take());
      if (!stayed) return;
      const { line, rest } = early;
      // Who has pressed Enter has said it.
      const name = rest === undefined ? await askName(former, line) : line.trim() || undefined;
      tab.view.focus();
      // What is typed meanwhile would be part of the name that is about to change.
      const later = new EarlyKeys(document.body, rest);
      const files = await this.#rename(file, pos, former, name).finally(() => {
        const text = later.take();
        if (text) this.#host.type(tab, text);
      });
      if (files === undefined) return;
      this.#host.toasts.show(files === 0 ? "Nothing was to be renamed." : `${plain(former, 60)} is ${plain(name ?? "", 60)} now, in ${files === 1 ? "one file" : `${files} files`}.`);
    });
  }

  /** In how many files; undefined when there is no other name. */
  async #rename(file: FileLanguage, pos: number, former: string, name: string | undefined): Promise<number | undefined> {
    if (name === undefined || name === former) return undefined;
    return this.#host.edits.apply(async () => {
      const { result, versions } = await file.demand<WorkspaceEdit | null>("textDocument/rename", Math.min(pos, file.tab.state.doc.length), { newName: name });
      return { edit: result ?? {}, versions };
    }, "rename");
  }

  format(file: FileLanguage): Promise<void> {
    return this.#try(async () => {
      const { tab } = file;
      if (tab.state.readOnly) throw new Error("This file takes no edits now.");
      if (!file.capabilities?.documentFormattingProvider) throw new Error("This language server formats nothing.");
      const options = { tabSize: tab.state.tabSize, insertSpaces: tab.indentation !== "Tabs", trimTrailingWhitespace: true };
      const { result, versions } = await file.demand<TextEdit[] | null>("textDocument/formatting", undefined, { options });
      const changes = changesNow(tab, versions[file.uri], result ?? []);
      if (!changes) throw new Error("The text has moved on; try again.");
      if (changes.length > 0) tab.view.dispatch({ changes, userEvent: "format" });
    });
  }

  /** What stands at a place, if it can be renamed. */
  async #formerName(file: FileLanguage, pos: number): Promise<string> {
    const { tab } = file;
    const provider = file.capabilities?.renameProvider;
    if (!provider) throw new Error("This language server renames nothing.");
    const word = tab.state.wordAt(pos);
    let former = word ? tab.state.sliceDoc(word.from, word.to) : "";
    if (typeof provider === "object" && provider.prepareProvider === true) {
      const { result, versions } = await file.demand<Range | { range: Range; placeholder: string } | { defaultBehavior: boolean } | null>("textDocument/prepareRename", pos, {});
      if (!result) throw new Error("This cannot be renamed.");
      const range = "range" in result ? result.range : "start" in result ? result : undefined;
      const now = range && rangeNow(tab, versions[file.uri], range);
      former = "placeholder" in result ? result.placeholder : now ? tab.state.sliceDoc(now.from, now.to) : former;
    }
    if (former.length === 0) throw new Error("There is nothing to rename here.");
    return former;
  }

  async #choose(title: string, places: Place[], versions: Versions, stays: () => boolean): Promise<void> {
    const { pathOf, read } = this.#host;
    const chosen = await chooseReference(title, places.map((place) => ({ path: pathOf(place.uri) ?? "", line: place.range.start.line })), read, stays);
    const place = chosen === undefined ? undefined : places[chosen];
    if (place) await this.#go(place, versions);
  }

  async #go({ uri, range }: Place, versions: Versions): Promise<void> {
    const path = this.#host.pathOf(uri);
    if (path === undefined) return;
    await this.#host.open(path, (tab) => {
      const anchor = placeNow(tab, versions[uri], range.start) ?? placeNow(tab, undefined, range.start) ?? 0;
      const line = tab.state.doc.lineAt(anchor);
      return { line: line.number, column: anchor - line.from };
    });
  }

  async #try(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#host.toasts.error(error);
    }
  }
}

/** Whether who asks is still there, and did nothing else meanwhile: an answer would take the keyboard from what they do now. */
function waitsIn(tab: TextTab): () => boolean {
  const { acts } = tab;
  const { activeElement } = document;
  return () => tab.acts === acts && document.activeElement === activeElement;
}

function placesOf(result: Location | Location[] | LocationLink[] | null): Place[] {
  const all = result === null ? [] : Array.isArray(result) ? result : [result];
  return all.map((one) => ("targetUri" in one ? { uri: one.targetUri, range: one.targetSelectionRange } : { uri: one.uri, range: one.range }));
}
