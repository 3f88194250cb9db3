import { type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import type { TextTab } from "../editor/textTab.js";
import { completion } from "./completion.js";
import type { Answer, LanguageConnection } from "./connection.js";
import { Diagnostics } from "./diagnostics.js";
import { hover } from "./hover.js";
import type { Capabilities, CompletionItem } from "./lsp.js";
import type { Navigation } from "./navigation.js";
import { positionOf, settled } from "./places.js";
import { signature } from "./signature.js";

/** One open file and the language server that knows its language. */
export class FileLanguage {
  readonly diagnostics: Diagnostics;
  readonly extension: Extension;
  readonly #off: () => void;
  #version = -1;

  constructor(readonly tab: TextTab, readonly uriOf: () => string, readonly server: LanguageConnection, navigation: Navigation) {
    this.diagnostics = new Diagnostics(this);
    const act = (action: (file: FileLanguage) => Promise<void>) => () => {
      void action(this);
      return true;
    };
    this.extension = [
      completion(this), hover(this), signature(this), this.diagnostics.extension,
      Prec.high(keymap.of([
        { key: "F12", run: act((file) => navigation.definition(file)), preventDefault: true },
        { key: "Shift-F12", run: act((file) => navigation.references(file)), preventDefault: true },
        { key: "F2", run: act((file) => navigation.rename(file)), preventDefault: true },
        { key: "Alt-Shift-f", run: act((file) => navigation.format(file)), preventDefault: true },
      ])),
      EditorView.domEventHandlers({
        mousedown: (event, view) => {
          if (event.button !== 0 || !(event.ctrlKey || event.metaKey)) return false;
          const pos = view.posAtCoords({ x: event.clientX, y: event.clientY });
          if (pos === null) return false;
          event.preventDefault();
          void navigation.definition(this, pos);
          return true;
        },
      }),
    ];
    this.#off = tab.onUpdate(() => {
      if (tab.client.version === this.#version && tab.client.pending === 0) return;
      this.#version = tab.client.version;
      this.diagnostics.changed();
      this.changed?.();
    });
  }

  /** Called after the text changed: other files may depend on it. */
  changed: (() => void) | undefined;

  get uri(): string {
    return this.uriOf();
  }

  get capabilities(): Capabilities | undefined {
    return this.server.running ? this.server.capabilities : undefined;
  }

  /** Asks about this file, once `serve` has what is shown; places count in the text that the answer names. */
  async ask<T>(method: string, pos: number | undefined, more: Record<string, unknown>): Promise<Answer<T> | undefined> {
    if (!this.capabilities || !await settled(this.tab)) return undefined;
    const answer = await this.server.request<T>(method, () => this.#params(pos, more));
    // The server may have seen edits of others that have not come here yet.
    return answer && await settled(this.tab, answer.versions[this.uri]) ? answer : undefined;
  }

  /** As `ask`, for what a person asked for: what went wrong is thrown. */
  async demand<T>(method: string, pos: number | undefined, more: Record<string, unknown>): Promise<Answer<T>> {
    if (!await settled(this.tab)) throw new Error("Not while edits have not reached the session.");
    const answer = await this.server.demand<T>(method, () => this.#params(pos, more));
    if (!await settled(this.tab, answer.versions[this.uri])) throw new Error("The text has moved on; try again.");
    return answer;
  }

  async resolve(item: CompletionItem): Promise<CompletionItem> {
    if (this.capabilities?.completionProvider?.resolveProvider !== true) return item;
    const answer = await this.server.request<CompletionItem | null>("completionItem/resolve", () => item);
    return answer?.result ? { ...item, ...answer.result } : item;
  }

  dispose(): void {
    this.#off();
    this.diagnostics.dispose();
  }

  #params(pos: number | undefined, more: Record<string, unknown>): unknown {
    const { client } = this.tab;
    const textDocument = { uri: this.uri, version: client.version };
    return { textDocument, ...(pos === undefined ? {} : { position: positionOf(client.base, Math.min(pos, client.base.length)) }), ...more };
  }
}
