import { button, element, plain } from "../layout/dom.js";
import { localTimes } from "../layout/times.js";

export interface BannerContent {
  kind: "info" | "warning" | "danger";
  text: string;
  action?: { label: string; run: () => void };
}

/** One slim line under the header for what concerns the whole workbench; nothing when all is well. */
export class Banner {
  readonly element = element("div", { class: "dx-banner", attributes: { role: "status", hidden: true, "data-testid": "banner" } });
  #shown = "";

  show(content: BannerContent | undefined): void {
    const key = content ? `${content.kind} ${content.text}` : "";
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.hidden = content === undefined;
    if (!content) return;
    this.element.className = `dx-banner dx-banner-${content.kind}`;
    this.element.replaceChildren(element("span", { text: plain(localTimes(content.text), 400) }));
    if (content.action) this.element.append(button(content.action.label, { class: "dx-link", on: { click: content.action.run } }));
  }
}
