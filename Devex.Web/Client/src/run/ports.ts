import { button, element } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import type { Toasts } from "../layout/toasts.js";
import type { Api } from "../session/api.js";
import type { Session } from "../session/session.js";

const shown = 3;

/** Ports that programs listen on, each with a way to its preview. */
export class Ports {
  readonly element = element("div", { class: "dx-ports", attributes: { "data-testid": "ports" } });
  readonly #off: (() => void)[];

  constructor(session: Session, readonly api: Api, readonly toasts: Toasts, readonly previewOrigin: string) {
    this.#off = [
      session.on("ports.changed", ({ ports }) => this.#render(ports)),
      session.on("live", () => void session.request("ports.list", {}).then(({ ports }) => this.#render(ports), () => undefined)),
    ];
  }

  dispose(): void {
    this.#off.forEach((off) => off());
  }

  #render(ports: readonly number[]): void {
    this.element.replaceChildren(...ports.slice(0, shown).map((port) =>
      button(`Port ${port} · Open preview`, {
        class: "dx-chip", icon: icon("open", 14), attributes: { title: this.previewOrigin.replace("{port}", String(port)), "data-testid": `port:${port}` },
        on: { click: () => void this.#open(port) },
      })));
    if (ports.length > shown) this.element.append(element("span", { class: "dx-muted", text: `+${ports.length - shown}`, attributes: { title: ports.slice(shown).join(", ") } }));
  }

  async #open(port: number): Promise<void> {
    // The tab is opened within the click, or the browser would take it for a pop-up; the form follows with the code.
    const name = `devex-preview-${crypto.randomUUID()}`;
    const tab = window.open("", name);
    try {
      const { url, code } = await this.api.previewCode(port);
      const form = element("form", { attributes: { method: "post", action: url, target: name, hidden: true } },
        element("input", { attributes: { type: "hidden", name: "code", value: code } }));
      document.body.append(form);
      form.submit();
      form.remove();
    } catch (error) {
      tab?.close();
      this.toasts.error(error);
    }
  }
}
