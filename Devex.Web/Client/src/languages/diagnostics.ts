import { type Diagnostic, forEachDiagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import type { FileLanguage } from "./fileLanguage.js";
import type { LspDiagnostic, Versions } from "./lsp.js";
import { rangeNow } from "./places.js";

const quiet = 300;
const most = 500;

type Way = "push" | "pull";

interface Told extends Diagnostic {
  way: Way;
}

/** What a server finds wrong, whether it tells by itself or has to be asked. */
export class Diagnostics {
  readonly extension: Extension = [lintGutter(), keymap.of(lintKeymap)];
  readonly #file: FileLanguage;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;
  readonly #off: () => void;

  constructor(file: FileLanguage) {
    this.#file = file;
    this.#off = file.tab.onView((view) => view.dispatch(setDiagnostics(view.state, this.#shown())));
  }

  /** The text, or another file that this one depends on, changed. */
  changed(): void {
    if (!this.#file.capabilities?.diagnosticProvider) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#pull(), quiet);
  }

  pushed(diagnostics: readonly LspDiagnostic[], versions: Versions): void {
    this.#take("push", diagnostics, versions);
  }

  clear(): void {
    clearTimeout(this.#timer);
    if (!this.#disposed) this.#show([]);
  }

  dispose(): void {
    this.#disposed = true;
    this.#off();
    clearTimeout(this.#timer);
  }

  async #pull(): Promise<void> {
    const { tab } = this.#file;
    const answer = await this.#file.ask<{ kind: string; items?: LspDiagnostic[] } | null>("textDocument/diagnostic", undefined, {});
    if (this.#disposed || !answer?.result?.items) return;
    // Typed on meanwhile: the next answer is on its way.
    if (answer.versions[this.#file.uri] !== tab.client.version) return this.changed();
    this.#take("pull", answer.result.items, answer.versions);
  }

  #take(way: Way, diagnostics: readonly LspDiagnostic[], versions: Versions): void {
    const { tab, uri } = this.#file;
    if (this.#disposed) return;
    const told = this.#shown().filter((diagnostic) => diagnostic.way !== way);
    for (const diagnostic of diagnostics.slice(0, most)) {
      const range = rangeNow(tab, versions[uri], diagnostic.range);
      if (!range) continue;
      const { doc } = tab.state;
      // A place without width could not be seen.
      const to = range.to > range.from ? range.to : Math.min(range.from + 1, doc.lineAt(range.from).to);
      told.push({
        from: range.from, to, way, message: diagnostic.message,
        severity: diagnostic.severity === 1 ? "error" : diagnostic.severity === 2 ? "warning" : diagnostic.severity === 3 ? "info" : "hint",
        source: [diagnostic.source, diagnostic.code].filter((part) => part !== undefined).join(" "),
      });
    }
    this.#show(told.sort((a, b) => a.from - b.from));
  }

  /** What is shown, at its places in the text as it is now. */
  #shown(): Told[] {
    const shown: Told[] = [];
    forEachDiagnostic(this.#file.tab.state, (diagnostic, from, to) => shown.push({ ...(diagnostic as Told), from, to }));
    return shown;
  }

  #show(diagnostics: readonly Told[]): void {
    for (const view of this.#file.tab.views) view.dispatch(setDiagnostics(view.state, diagnostics));
  }
}
