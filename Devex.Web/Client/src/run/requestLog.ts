import { button, bytes, duration, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import type { PreviewRequest } from "../protocol/requests.js";
import type { Session } from "../session/session.js";
import { isFailed, methodOf, RequestModel, statusOf } from "./requestModel.js";

/** Requests to the port in the preview, as they pass. */
export class RequestLog {
  readonly element: HTMLElement;
  /** The line above, which goes away with it. */
  line: HTMLElement | undefined;
  readonly #session: Session;
  readonly #model = new RequestModel();
  readonly #filter: HTMLInputElement;
  readonly #rows = element("tbody", { attributes: { "data-testid": "requests" } });
  readonly #empty = element("p", { class: "dx-muted dx-requests-empty", attributes: { "data-testid": "requests-empty" } });
  readonly #off: (() => void)[];
  #port: number | undefined;
  #open = false;
  #frame = 0;

  constructor(session: Session) {
    this.#session = session;
    this.#filter = element("input", {
      class: "dx-field", attributes: { type: "search", placeholder: "Filter", "aria-label": "Filter requests", spellcheck: "false", autocomplete: "off", maxlength: 200, "data-testid": "requests-filter" },
      on: { input: () => this.#render() },
    });
    const heading = (text: string, className = "") => element("th", { text, class: className, attributes: { scope: "col" } });
    this.element = element("section", { class: "dx-requests", attributes: { "aria-label": "Requests" } },
      element("div", { class: "dx-requests-bar" },
        element("h2", { text: "Requests" }), this.#filter,
        button("Clear", {
          class: "dx-icon-button", icon: icon("trash", 16), iconOnly: true, attributes: { "data-testid": "requests-clear" },
          on: {
            click: () => {
              this.#model.clear();
              this.#render();
            },
          },
        })),
      element("div", { class: "dx-requests-list", attributes: { tabindex: 0, role: "region", "aria-label": "Requests, newest first" } },
        element("table", {},
          element("thead", {}, element("tr", {},
            heading("Time", "dx-requests-extra"), heading("Method"), heading("Path"), heading("Status"), heading("Took"), heading("Size", "dx-requests-extra"))),
          this.#rows),
        this.#empty));
    this.#off = [
      session.on("live", ({ fresh }) => {
        if (fresh) this.#model.reset();
        if (this.#open) this.#watch();
      }),
      session.on("requests.seen", ({ requests }) => {
        this.#model.take(requests);
        this.#schedule();
      }),
    ];
  }

  show(open: boolean): void {
    this.#open = open;
    this.element.hidden = !open;
    if (this.line) this.line.hidden = !open;
    if (open) this.#watch();
    else if (this.#session.live) void this.#session.request("requests.unwatch", {}).catch(() => undefined);
  }

  setPort(port: number | undefined): void {
    if (this.#port === port && this.#empty.textContent !== "") return;
    this.#port = port;
    this.#render();
  }

  focus(): void {
    this.#filter.focus();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#off.forEach((off) => off());
  }

  #watch(): void {
    if (!this.#session.live) return;
    this.#session.request("requests.watch", {}).then(({ requests }) => {
      this.#model.take(requests);
      this.#schedule();
    }, (error: unknown) => {
      // A runner of the version before keeps no log.
      this.#empty.textContent = (error as Error).message;
    });
  }

  /** Many requests come at once; they are drawn once per frame. */
  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render(): void {
    const shown = this.#model.shown(this.#port, this.#filter.value);
    this.#rows.replaceChildren(...shown.map(row));
    this.#empty.hidden = shown.length > 0;
    this.#empty.textContent = this.#filter.value.trim() !== "" ? "No request matches." : "Requests to this port show here as they come. What is in queries, headers and bodies does not.";
  }
}

function row(request: PreviewRequest): HTMLElement {
  const failed = isFailed(request);
  const path = plain(request.path, 300);
  const size = request.milliseconds == null ? "" : bytes(request.bytes);
  return element("tr", { class: failed ? "dx-request-failed" : "" },
    element("td", { class: "dx-muted dx-requests-extra", text: new Date(request.at).toLocaleTimeString("en", { hourCycle: "h23" }) }),
    element("td", { text: plain(methodOf(request), 10) }),
    element("td", { class: "dx-requests-path", attributes: { title: request.hasQuery ? `${path}?…` : path } },
      element("bdi", { text: path }), request.hasQuery ? element("span", { class: "dx-muted", text: "?…" }) : undefined,
      request.byLink ? element("span", { class: "dx-requests-mark", text: "by link" }) : undefined),
    element("td", { class: "dx-requests-status" }, failed ? icon("warning", 12) : undefined, statusOf(request)),
    element("td", { class: "dx-muted", text: request.milliseconds == null ? "" : duration(request.milliseconds) }),
    element("td", { class: "dx-muted dx-requests-extra", text: size }));
}
