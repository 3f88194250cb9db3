import { button, element } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { moment } from "../layout/times.js";
import type { Toasts } from "../layout/toasts.js";
import type { PreviewLink } from "../protocol/api.js";
import type { Api } from "../session/api.js";

interface LinkStripOptions {
  api: Api;
  toasts: Toasts;
  /** Whether this person says who sees the port. */
  mayChange: () => boolean;
}

/** Says, for as long as it is so, that a port is open to whoever has its link. */
export class LinkStrip {
  readonly element = element("div", { class: "dx-link-strip", attributes: { role: "status", hidden: true, "data-testid": "preview-open" } });
  readonly #options: LinkStripOptions;
  #links: readonly PreviewLink[] = [];
  #port: number | undefined;
  #drawn = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LinkStripOptions) {
    this.#options = options;
  }

  setLinks(links: readonly PreviewLink[]): void {
    this.#links = links;
    this.#render();
  }

  show(port: number | undefined): void {
    this.#port = port;
    this.#render();
  }

  /** Makes a link, or shows the one that there is. */
  async ask(port: number): Promise<void> {
    const { linkDialog } = await import("./linkDialog.js");
    await linkDialog({ api: this.#options.api, port, link: this.#find(port), changed: (link) => this.#changed(port, link) });
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #find(port: number | undefined): PreviewLink | undefined {
    return this.#links.find((link) => link.port === port && !(link.expiresAt && Date.parse(link.expiresAt) <= Date.now()));
  }

  /** What this person did counts at once; the event that says it to everybody follows. */
  #changed(port: number, link: PreviewLink | undefined): void {
    this.setLinks([...this.#links.filter((other) => other.port !== port), ...(link ? [link] : [])]);
  }

  async #copy(port: number): Promise<void> {
    const { toasts, api } = this.#options;
    try {
      const { url } = await api.previewLink(port);
      try {
        await navigator.clipboard.writeText(url);
        toasts.show("The link is copied.");
      } catch {
        // The browser does not allow it: the dialog has the link to select.
        await this.ask(port);
      }
    } catch (error) {
      toasts.error(error);
    }
  }

  async #close(port: number): Promise<void> {
    try {
      await this.#options.api.closePreview(port);
      this.#changed(port, undefined);
    } catch (error) {
      this.#options.toasts.error(error);
    }
  }

  #render(): void {
    const link = this.#find(this.#port);
    const mayChange = this.#options.mayChange();
    const key = link ? `${link.port} ${link.expiresAt ?? ""} ${mayChange}` : "";
    if (key === this.#drawn) return;
    this.#drawn = key;
    clearTimeout(this.#timer);
    this.element.hidden = !link;
    if (!link) {
      this.element.replaceChildren();
      return;
    }
    const act = (label: string, test: string, run: () => void) => button(label, { class: "dx-button dx-button-slim", attributes: { "data-testid": test }, on: { click: run } });
    this.element.replaceChildren(icon("link", 14),
      element("span", { class: "dx-link-words", text: `Whoever has the link sees port ${link.port}${link.expiresAt ? ` until ${moment(link.expiresAt)}` : ""}` }),
      ...(mayChange ? [act("Copy link", "preview-copy", () => void this.#copy(link.port)), act("Make private", "preview-private", () => void this.#close(link.port))] : []));
    const left = link.expiresAt ? Date.parse(link.expiresAt) - Date.now() : Infinity;
    if (left < 2 ** 31) this.#timer = setTimeout(() => this.#render(), left + 50);
  }
}
