type Attributes = Record<string, string | number | boolean | undefined>;
type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };

export interface ElementOptions {
  class?: string;
  /** Always text: names, titles and messages come from others. */
  text?: string;
  attributes?: Attributes;
  on?: Listeners;
}

/** Makes an element. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K, options: ElementOptions = {}, ...children: (Node | string | undefined)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (options.class) made.className = options.class;
  if (options.text !== undefined) made.textContent = options.text;
  for (const [name, value] of Object.entries(options.attributes ?? {})) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, listener] of Object.entries(options.on ?? {})) made.addEventListener(name, listener as EventListener);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A button that never submits. */
export function button(label: string, options: ElementOptions & { icon?: Node; iconOnly?: boolean }): HTMLButtonElement {
  const { icon, iconOnly, ...rest } = options;
  const made = element("button", { ...rest, attributes: { type: "button", ...rest.attributes } });
  if (icon) made.append(icon);
  if (iconOnly) {
    made.setAttribute("aria-label", label);
    made.title = label;
  } else {
    made.append(element("span", { class: "dx-label", text: label }));
  }
  return made;
}

/** Control characters, line breaks and direction overrides have no business in a label. */
export function plain(text: string, most = 200): string {
  // eslint-disable-next-line no-control-regex
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}

/** Ctrl, or Cmd on a Mac. */
export const commandKey = (event: KeyboardEvent | MouseEvent): boolean => (isMac ? event.metaKey : event.ctrlKey);

/** Firefox keeps Ctrl Shift P for a private window, whatever a page does with it. */
export const isFirefox = typeof navigator !== "undefined" && navigator.userAgent.includes("Firefox/");

export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  if (size < 1_000_000) return `${(size / 1000).toFixed(1)} KB`;
  if (size < 1_000_000_000) return `${(size / 1_000_000).toFixed(1)} MB`;
  return `${(size / 1_000_000_000).toFixed(1)} GB`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function age(then: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000));
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}
