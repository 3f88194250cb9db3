import { confirmEach } from "../layout/dialog.js";
import { button, bytes, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import type { Toasts } from "../layout/toasts.js";
import type { UploadItem } from "./dropped.js";
import type { UploadLine } from "./sendFile.js";
import { upload, type UploadProgress } from "./uploads.js";

interface UploadStripOptions {
  session: UploadLine;
  toasts: Toasts;
  /** Files of a folder have come, all that will. */
  came: (folder: string) => void;
}

/** What is being uploaded, below the files: one upload at a time, others wait for it. */
export class UploadStrip {
  readonly element: HTMLElement;
  readonly #options: UploadStripOptions;
  // Read out once for each file; how much of it has come is in the progress element, which is read when asked for.
  readonly #what = element("span", { class: "dx-upload-what", attributes: { role: "status", "data-testid": "upload-what" } });
  readonly #bar = element("progress", { attributes: { max: 1, "aria-label": "Upload" } });
  readonly #amount = element("span", { class: "dx-upload-amount", attributes: { "data-testid": "upload-amount" } });
  #last: Promise<void> = Promise.resolve();
  #unfinished = 0;
  #stop = new AbortController();

  constructor(options: UploadStripOptions) {
    this.#options = options;
    const cancel = button("Cancel the upload", {
      class: "dx-icon-button", icon: icon("close", 16), iconOnly: true, attributes: { "data-testid": "upload-cancel" },
      on: { click: () => this.#stop.abort(new DOMException("Cancelled", "AbortError")) },
    });
    this.element = element("div", { class: "dx-upload", attributes: { hidden: true, "data-testid": "upload" } }, this.#what, cancel, this.#bar, this.#amount);
  }

  /** Whether leaving the page would lose something. */
  get busy(): boolean {
    return this.#unfinished > 0;
  }

  /** Uploads into a folder, once what was begun before is over. */
  add(folder: string, items: readonly UploadItem[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    if (this.#unfinished++ === 0) this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#last = this.#last.then(() => this.#upload(folder, items, signal)).finally(() => {
      this.#unfinished--;
      this.element.hidden = !this.busy;
    });
    return this.#last;
  }

  async #upload(folder: string, items: readonly UploadItem[], signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    let came = 0;
    let forAll: boolean | undefined;
    const exists = async (path: string) => {
      if (forAll !== undefined) return forAll;
      const { agreed, all } = await confirmEach(
        { title: "Replace the file?", detail: `${plain(path)} exists already.`, action: "Replace", refuse: items.length > 1 ? "Skip" : "Cancel" },
        items.length > 1 ? "The same for all others that exist" : undefined);
      if (all) forAll = agreed;
      return agreed;
    };
    try {
      this.element.hidden = false;
      await upload(this.#options.session, folder, items, { signal, exists, progress: (now) => this.#show(now), came: () => came++ });
    } catch (error) {
      const rest = items.length > 1 ? ` ${came} of ${items.length} files had come.` : "";
      if (signal.aborted) this.#options.toasts.show(`The upload was cancelled.${rest}`);
      else this.#options.toasts.error(new Error(`${error instanceof Error ? error.message : String(error)}${rest}`));
    }
    if (came > 0) this.#options.came(folder);
  }

  #show({ done, total, files, name, waits }: UploadProgress): void {
    const what = files === 1 ? plain(name, 60) : `${files} files`;
    const more = this.#unfinished > 1 ? `, then ${this.#unfinished - 1} more` : "";
    const text = waits ? `The connection was lost. ${what} will go on when it is back.` : `Uploading ${what}${more}`;
    if (this.#what.textContent !== text) this.#what.textContent = text;
    this.#bar.value = total === 0 ? 1 : done / total;
    this.#amount.textContent = `${bytes(done)} of ${bytes(total)}`;
  }
}
