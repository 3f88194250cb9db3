import { element } from "../layout/dom.js";
import { whyUnopened } from "./unopened.js";

/** A picture of the workspace, fetched with the connection token and shown as an inert image, as its file is now. */
export class ImageTab {
  readonly kind = "image";
  readonly saveState = undefined;
  readonly element: HTMLElement;
  readonly #read: (path: string) => Promise<Blob>;
  readonly #image: HTMLImageElement;
  readonly #words = element("p", { class: "dx-muted" });
  #url = "";
  #reading = false;
  #stale = false;
  #disposed = false;

  constructor(public path: string, blob: Blob, read: (path: string) => Promise<Blob>) {
    this.#read = read;
    this.#image = element("img", { attributes: { alt: path }, on: { load: () => this.#measure(), error: () => this.#say("It cannot be drawn.") } });
    this.element = element("div", { class: "dx-image", attributes: { "data-testid": "image" } }, this.#image, this.#words);
    this.#show(blob);
  }

  /** Its file is another than it was. */
  async renew(): Promise<void> {
    this.#stale = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#stale) {
      this.#stale = false;
      try {
        this.#show(await this.#read(this.path));
      } catch (error) {
        this.#say(whyUnopened(error).detail);
      }
    }
    this.#reading = false;
  }

  dispose(): void {
    this.#disposed = true;
    URL.revokeObjectURL(this.#url);
  }

  #show(blob: Blob): void {
    if (this.#disposed) return;
    URL.revokeObjectURL(this.#url);
    this.#url = URL.createObjectURL(blob);
    this.#image.src = this.#url;
  }

  #measure(): void {
    this.#say(`${this.#image.naturalWidth} × ${this.#image.naturalHeight}`);
  }

  #say(words: string): void {
    this.#words.textContent = words;
  }
}

const types: Record<string, string> = {
  png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", avif: "image/avif", bmp: "image/bmp", ico: "image/x-icon",
};

/** The type of a picture by its name; SVG is text here, and is only ever drawn on the preview host. */
export const imageType = (name: string): string | undefined => types[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
