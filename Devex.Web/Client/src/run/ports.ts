import { button, element } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { redraw } from "../layout/redraw.js";
import type { Toasts } from "../layout/toasts.js";
import type { PreviewLink } from "../protocol/api.js";
import type { Api } from "../session/api.js";
import { keepCurrent } from "../session/keepCurrent.js";
import type { Session } from "../session/session.js";
import { openPreviewTab } from "./enterPreview.js";

const shown = 3;

interface PortsOptions {
  session: Session;
  api: Api;
  toasts: Toasts;
  previewOrigin: string;
  /** Shows the preview of a port beside the editor. */
  preview: (port: number) => void;
  changed: (ports: readonly number[]) => void;
}

/** Ports that programs listen on, each with its preview here and in a tab of its own. */
export class Ports {
  readonly element = element("div", { class: "dx-ports", attributes: { "data-testid": "ports" } });
  readonly #options: PortsOptions;
  readonly #off: () => void;
  #ports: readonly number[] = [];
  #open: readonly number[] = [];

  constructor(options: PortsOptions) {
    this.#options = options;
    this.#off = keepCurrent(options.session, "ports.changed", ({ ports }) => this.#changed(ports));
  }

  get list(): readonly number[] {
    return this.#ports;
  }

  /** Ports that are open by link say so. */
  setLinks(links: readonly PreviewLink[]): void {
    const open = links.map((link) => link.port);
    if (open.join() === this.#open.join()) return;
    this.#open = open;
    redraw(this.element, () => this.#render());
  }

  dispose(): void {
    this.#off();
  }

  #changed(ports: readonly number[]): void {
    this.#ports = ports;
    redraw(this.element, () => this.#render());
    this.#options.changed(ports);
  }

  #render(): void {
    const { api, toasts, preview, previewOrigin } = this.#options;
    const ports = this.#ports;
    this.element.replaceChildren(...ports.slice(0, shown).map((port) => element("span", { class: "dx-port" },
      button(`Port ${port}`, {
        class: "dx-chip", icon: icon(this.#open.includes(port) ? "link" : "preview", 14),
        attributes: { title: `Show the preview of port ${port}${this.#open.includes(port) ? ", which is open to whoever has its link" : ""}`, "data-testid": `preview:${port}` },
        on: { click: () => preview(port) },
      }),
      button(`Open port ${port} in a new tab`, {
        class: "dx-chip dx-chip-end", icon: icon("open", 14), iconOnly: true, attributes: { title: previewOrigin.replace("{port}", String(port)), "data-testid": `port:${port}` },
        on: { click: () => void openPreviewTab(api, port).catch((error: unknown) => toasts.error(error)) },
      }))));
    if (ports.length > shown) this.element.append(element("span", { class: "dx-muted", text: `+${ports.length - shown}`, attributes: { title: ports.slice(shown).join(", ") } }));
  }
}
