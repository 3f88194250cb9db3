import type { Toasts } from "../layout/toasts.js";
import { defaults, type Settings } from "../settings/settings.js";
import type { Theme } from "./config.js";

const prefersLight = "(prefers-color-scheme: light)";

interface LookOptions {
  root: HTMLElement;
  /** As the page was made. */
  theme: Theme;
  settings: Settings;
  toasts: Toasts;
  themed: (theme: Theme) => void;
}

/** Light or dark and the size of code: as this browser was last told, or as this person's settings say for all machines. */
export class Look {
  readonly #options: LookOptions;
  readonly #stop = new AbortController();
  #theme: Theme;

  constructor(options: LookOptions) {
    this.#options = options;
    this.#theme = options.theme;
    this.#setFontSize();
    matchMedia(prefersLight).addEventListener("change", () => this.#followTheme(), { signal: this.#stop.signal });
  }

  /** The settings are others. */
  follow(): void {
    this.#setFontSize();
    this.#followTheme();
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    document.documentElement.dataset.theme = theme;
    this.#options.themed(theme);
  }

  /** Who has one theme for all machines means all of them. */
  toggleTheme(): void {
    const { settings, toasts } = this.#options;
    const theme = this.#theme === "dark" ? "light" : "dark";
    this.#choose(theme);
    if (settings.now.theme != null) void settings.change({ theme }).catch((error: unknown) => toasts.error(error));
  }

  dispose(): void {
    this.#stop.abort();
  }

  #followTheme(): void {
    const wanted = this.#options.settings.now.theme;
    if (wanted == null) return;
    const theme = wanted === "system" ? (matchMedia(prefersLight).matches ? "light" : "dark") : wanted;
    if (theme !== this.#theme) this.#choose(theme);
  }

  #choose(theme: Theme): void {
    // The pages read it, so that the first paint of the next one is right.
    document.cookie = `devex-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    this.setTheme(theme);
  }

  #setFontSize(): void {
    const { root, settings } = this.#options;
    const size = settings.now.fontSize;
    // The style sheet's own size is larger where fingers point.
    if (size === defaults.fontSize) root.style.removeProperty("--dx-code-size");
    else root.style.setProperty("--dx-code-size", `${size}px`);
  }
}
