import { remembered } from "../layout/storage.js";
import type { Api } from "../session/api.js";
import type { Theme } from "../workbench/config.js";

/** Peer of UserSettings in Devex.Contracts/Api/Settings.cs. */
export interface UserSettings {
  fontSize: number;
  tabSize?: number | null;
  wrap: boolean;
  guides: boolean;
  keys: "code" | "vim" | "emacs";
  /** None: what this browser was last told. */
  theme?: Theme | "system" | null;
  formatOnSave: boolean;
}

export const defaults: UserSettings = { fontSize: 13, tabSize: null, wrap: false, guides: true, keys: "code", theme: null, formatOnSave: false };

/** How this person likes the workbench: as this browser last knew it, and then as Core knows it. */
export class Settings {
  readonly #api: Api;
  readonly #changed: (settings: UserSettings) => void;
  #now: UserSettings;

  constructor(api: Api, changed: (settings: UserSettings) => void) {
    this.#api = api;
    this.#changed = changed;
    this.#now = read(remembered.get("settings"));
  }

  get now(): UserSettings {
    return this.#now;
  }

  async load(): Promise<void> {
    this.#take(await this.#api.get<UserSettings>("/me/settings"));
  }

  /** Takes effect at once; an error means that other machines do not hear of it. */
  async change(changes: Partial<UserSettings>): Promise<void> {
    this.#take({ ...this.#now, ...changes });
    await this.#api.send<UserSettings>("PUT", "/me/settings", this.#now);
  }

  #take(settings: UserSettings): void {
    this.#now = { ...defaults, ...settings };
    remembered.set("settings", JSON.stringify(this.#now));
    this.#changed(this.#now);
  }
}

/** Another version, or another program, may have written it. */
export function read(text: string | undefined): UserSettings {
  try {
    const found = JSON.parse(text ?? "{}") as Partial<Record<keyof UserSettings, unknown>>;
    return {
      fontSize: typeof found.fontSize === "number" && found.fontSize >= 9 && found.fontSize <= 32 ? found.fontSize : defaults.fontSize,
      tabSize: typeof found.tabSize === "number" && found.tabSize >= 1 && found.tabSize <= 8 ? found.tabSize : null,
      wrap: found.wrap === true,
      guides: found.guides !== false,
      keys: found.keys === "vim" || found.keys === "emacs" ? found.keys : "code",
      theme: found.theme === "dark" || found.theme === "light" || found.theme === "system" ? found.theme : null,
      formatOnSave: found.formatOnSave === true,
    };
  } catch {
    return defaults;
  }
}
