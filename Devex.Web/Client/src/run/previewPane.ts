import { button, element } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { separator } from "../layout/separator.js";
import type { Toasts } from "../layout/toasts.js";
import type { PreviewLink } from "../protocol/api.js";
import type { Role } from "../protocol/session.js";
import type { Api } from "../session/api.js";
import type { Session } from "../session/session.js";
import { enterPreview, openPreviewTab } from "./enterPreview.js";
import { LinkStrip } from "./linkStrip.js";
import type { RequestLog } from "./requestLog.js";

interface PreviewPaneOptions {
  api: Api;
  session: Session;
  role: () => Role;
  toasts: Toasts;
  previewOrigin: string;
  hide: () => void;
}

// The page may do what a page does, but not take the workbench's place in this tab.
const allowed = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads";

/** A program's page beside the editor, on its own host. What it does is its own business: nothing of it is read from here. */
export class PreviewPane {
  readonly element: HTMLElement;
  readonly #options: PreviewPaneOptions;
  readonly #content = element("div", { class: "dx-preview-content" });
  readonly #closed = element("p", { class: "dx-preview-closed", attributes: { role: "status", "data-testid": "preview-closed" } });
  readonly #port: HTMLSelectElement;
  readonly #path: HTMLInputElement;
  readonly #link: LinkStrip;
  readonly #share: HTMLButtonElement;
  readonly #requests: HTMLButtonElement;
  #log: RequestLog | undefined;
  #logOpen = false;
  #ports: readonly number[] = [];
  #shown: number | undefined;
  #frame: HTMLIFrameElement | undefined;

  constructor(options: PreviewPaneOptions) {
    this.#options = options;
    this.#port = element("select", {
      class: "dx-preview-port", attributes: { "aria-label": "Port", "data-testid": "preview-port" }, on: { change: () => this.show(Number(this.#port.value)) },
    });
    this.#path = element("input", {
      class: "dx-field", attributes: { type: "text", "aria-label": "Path", value: "/", spellcheck: "false", autocomplete: "off", maxlength: 2000, "data-testid": "preview-path" },
      on: {
        keydown: (event) => {
          if (event.key === "Enter") this.reload();
        },
      },
    });
    const tool = (label: string, glyph: Parameters<typeof icon>[0], test: string, run: () => void) =>
      button(label, { class: "dx-icon-button", icon: icon(glyph, 16), iconOnly: true, attributes: { "data-testid": test }, on: { click: run } });
    this.#link = new LinkStrip({ api: options.api, toasts: options.toasts, mayChange: () => options.role() === "owner" });
    this.#share = tool("Share this port by link", "link", "preview-share", () => void this.share());
    this.#requests = tool("Requests", "list", "preview-requests", () => void this.toggleRequests());
    this.element = element("section", { class: "dx-preview", attributes: { "aria-label": "Preview" } },
      element("div", { class: "dx-preview-bar" },
        tool("Reload", "refresh", "preview-reload", () => this.reload()), this.#port, this.#path,
        this.#share, this.#requests,
        tool("Open in a new tab", "open", "preview-tab", () => void this.#withPort((port) => openPreviewTab(options.api, port, this.#path.value))),
        tool("Close the preview", "close", "preview-close", options.hide)),
      this.#link.element, this.#content);
    this.render();
  }

  /** The port whose page is there. */
  get port(): number | undefined {
    return this.#shown;
  }

  /** Whether there is a port that this person can share by link. */
  get mayShare(): boolean {
    return (this.#shown ?? this.#ports[0]) !== undefined && this.#options.role() === "owner";
  }

  /** Ports that are open by link, and who may say so, as Core tells it. */
  setLinks(links: readonly PreviewLink[]): void {
    this.#link.setLinks(links);
    this.render();
  }

  dispose(): void {
    this.#link.dispose();
    this.#log?.dispose();
  }

  setPorts(ports: readonly number[]): void {
    const back = this.#shown !== undefined && !this.#ports.includes(this.#shown) && ports.includes(this.#shown);
    this.#ports = ports;
    this.render();
    // The program was started again: what the frame shows is the end of the last one.
    if (back && this.#frame) this.reload();
  }

  show(port: number): void {
    if (this.#shown === port && this.#frame) return;
    this.#shown = port;
    this.reload();
  }

  focus(): void {
    this.#path.focus();
  }

  reload(): void {
    const port = this.#shown ?? this.#ports[0];
    if (port === undefined) return;
    this.#shown = port;
    if (!this.#path.value.startsWith("/")) this.#path.value = `/${this.#path.value}`;
    // A new frame, since one that shows another origin can neither be asked nor told.
    const name = `devex-frame-${crypto.randomUUID()}`;
    this.#frame = element("iframe", {
      class: "dx-preview-frame",
      attributes: { name, title: `Preview of port ${port}`, sandbox: allowed, allow: "clipboard-write; fullscreen", "data-testid": "preview-frame" },
    });
    this.render();
    void enterPreview(this.#options.api, port, name, this.#path.value).catch((error: unknown) => {
      this.#frame = undefined;
      this.render();
      this.#options.toasts.error(error);
    });
  }

  share(): Promise<void> {
    return this.#withPort((port) => this.#link.ask(port));
  }

  async toggleRequests(): Promise<void> {
    try {
      await this.#toggleLog();
    } catch (error) {
      this.#options.toasts.error(error);
    }
  }

  async #withPort(act: (port: number) => Promise<void>): Promise<void> {
    const port = this.#shown ?? this.#ports[0];
    try {
      if (port !== undefined) await act(port);
    } catch (error) {
      this.#options.toasts.error(error);
    }
  }

  /** The log's code is fetched when somebody wants it. */
  async #toggleLog(): Promise<void> {
    this.#logOpen = !this.#logOpen;
    if (!this.#log && this.#logOpen) {
      const { RequestLog: Made } = await import("./requestLog.js");
      if (!this.#log) {
        const log = (this.#log = new Made(this.#options.session));
        const line = separator({
          pane: log.element, axis: "y", after: true, key: "requests", label: "Height of the requests", initial: 220, least: 96, most: 0.6, resized: () => undefined,
        });
        this.element.append(line, log.element);
        log.line = line;
      }
    }
    this.#log?.show(this.#logOpen);
    this.render();
    if (this.#logOpen) this.#log?.focus();
  }

  /** Also when the person's role has changed. */
  render(): void {
    const port = this.#shown ?? this.#ports[0];
    this.#link.show(port);
    this.#log?.setPort(port);
    this.#share.hidden = !this.mayShare;
    this.#requests.setAttribute("aria-pressed", this.#logOpen ? "true" : "false");
    const all = this.#shown === undefined || this.#ports.includes(this.#shown) ? this.#ports : [...this.#ports, this.#shown];
    this.#port.replaceChildren(...all.map((port) => element("option", { text: `Port ${port}`, attributes: { value: port, selected: port === this.#shown } })));
    this.#port.hidden = all.length === 0;
    const shown = this.#frame ?? element("div", { class: "dx-welcome", attributes: { "data-testid": "preview-empty" } },
      element("h2", { text: "No preview yet" }),
      element("p", { class: "dx-muted", text: this.#ports.length === 0 ? "Run a program that listens on a port, and its page shows here." : "Pick a port above." }));
    const closed = this.#frame !== undefined && port !== undefined && !this.#ports.includes(port);
    this.#closed.textContent = closed ? `Nothing listens on port ${port}. It is loaded anew when something does.` : "";
    this.#closed.hidden = !closed;
    if (this.#content.firstChild !== shown) this.#content.replaceChildren(shown, this.#closed);
  }
}
