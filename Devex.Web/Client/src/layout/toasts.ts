import { button, element } from "./dom.js";
import { icon } from "./icons.js";

/** For what happened elsewhere than where the person looks. Errors stay until they are read. */
export class Toasts {
  readonly element = element("div", { class: "dx-toasts", attributes: { role: "status", "aria-live": "polite", "data-testid": "toasts" } });

  show(text: string, kind: "info" | "error" = "info"): void {
    const toast = element("div", { class: `dx-toast dx-toast-${kind}` }, element("span", { text }));
    toast.append(button("Dismiss", { class: "dx-icon-button", icon: icon("close", 16), iconOnly: true, on: { click: () => toast.remove() } }));
    this.element.append(toast);
    while (this.element.childElementCount > 4) this.element.firstElementChild?.remove();
    if (kind === "info") setTimeout(() => toast.remove(), 5000);
  }

  error(error: unknown): void {
    this.show(error instanceof Error ? error.message : String(error), "error");
  }
}
