import { element } from "./dom.js";
import { remembered } from "./storage.js";

interface SeparatorOptions {
  /** The pane whose size is set. */
  pane: HTMLElement;
  /** `x`: a vertical line that changes the width; `y`: a horizontal one that changes the height. */
  axis: "x" | "y";
  /** Whether the pane lies after the separator. */
  after: boolean;
  key: string;
  label: string;
  initial: number;
  least: number;
  /** Largest share of the window. */
  most: number;
  resized: () => void;
}

/** A line between panes, moved by pointer or arrows; double click or Enter goes back to the initial size. */
export function separator(options: SeparatorOptions): HTMLElement {
  const { pane, axis, after } = options;
  const line = element("div", {
    class: `dx-separator dx-separator-${axis}`,
    attributes: { role: "separator", tabindex: 0, "aria-label": options.label, "aria-orientation": axis === "x" ? "vertical" : "horizontal" },
  });
  let size = Number(remembered.get(options.key)) || options.initial;
  const set = (wanted: number) => {
    const whole = axis === "x" ? innerWidth : innerHeight;
    size = Math.round(Math.max(options.least, Math.min(wanted, whole * options.most)));
    pane.style.setProperty("--dx-size", `${size}px`);
    line.setAttribute("aria-valuenow", String(size));
    line.setAttribute("aria-valuemin", String(options.least));
    line.setAttribute("aria-valuemax", String(Math.round(whole * options.most)));
    options.resized();
  };
  const keep = () => remembered.set(options.key, String(size));
  const sign = after ? -1 : 1;
  line.addEventListener("pointerdown", (down) => {
    if (down.button !== 0) return;
    down.preventDefault();
    line.setPointerCapture(down.pointerId);
    const from = axis === "x" ? down.clientX : down.clientY;
    const began = size;
    const move = (event: PointerEvent) => set(began + sign * ((axis === "x" ? event.clientX : event.clientY) - from));
    line.classList.add("dx-active");
    line.addEventListener("pointermove", move);
    line.addEventListener("lostpointercapture", () => {
      line.removeEventListener("pointermove", move);
      line.classList.remove("dx-active");
      keep();
    }, { once: true });
  });
  const reset = () => {
    set(options.initial);
    keep();
  };
  line.addEventListener("dblclick", reset);
  line.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 80 : 16;
    const [less, more] = axis === "x" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    if (event.key === less) set(size - sign * step);
    else if (event.key === more) set(size + sign * step);
    else if (event.key === "Home") set(options.least);
    else if (event.key === "End") set(Infinity);
    else if (event.key === "Enter") reset();
    else return;
    event.preventDefault();
    keep();
  });
  set(size);
  return line;
}
