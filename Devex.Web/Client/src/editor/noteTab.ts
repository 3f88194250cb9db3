import { button, element } from "../layout/dom.js";

interface NoteAction {
  label: string;
  run: () => void;
}

/** Stands in the editor's place where a file cannot be edited as text: says why, and what can be done. */
export class NoteTab {
  readonly kind = "note";
  readonly saveState = undefined;
  readonly element: HTMLElement;

  constructor(public path: string, title: string, detail: string, actions: NoteAction[]) {
    this.element = element("div", { class: "dx-note", attributes: { "data-testid": "file-note" } },
      element("h2", { text: title }),
      element("p", { text: detail }),
      element("div", { class: "dx-note-actions" }, ...actions.map(({ label, run }) => button(label, { class: "dx-button", on: { click: run } }))));
  }

  dispose(): void {
    // Nothing is held.
  }
}

/** A picture of the workspace, fetched with the connection token and shown as an inert image. */
export class ImageTab {
  readonly kind = "image";
  readonly saveState = undefined;
  readonly element: HTMLElement;
  readonly #url: string;

  constructor(public path: string, blob: Blob) {
    this.#url = URL.createObjectURL(blob);
    const size = element("p", { class: "dx-muted" });
    const image = element("img", { attributes: { src: this.#url, alt: path }, on: { load: () => { size.textContent = `${image.naturalWidth} × ${image.naturalHeight}`; } } });
    this.element = element("div", { class: "dx-image", attributes: { "data-testid": "image" } }, image, size);
  }

  dispose(): void {
    URL.revokeObjectURL(this.#url);
  }
}

const types: Record<string, string> = {
  png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", avif: "image/avif", bmp: "image/bmp", ico: "image/x-icon",
};

/** The type of a picture by its name; SVG is text here, and is only ever drawn on the preview host. */
export const imageType = (name: string): string | undefined => types[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
