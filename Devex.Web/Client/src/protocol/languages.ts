export type LanguageServerState = "stopped" | "starting" | "running" | "waiting" | "failed" | "missing";

export interface LanguageServerInfo {
  id: string;
  name: string;
  /** File suffixes with their dot, or whole names, and the language id of each. */
  languages: Record<string, string>;
  state: LanguageServerState;
  message?: string | null;
  /** The set of packages that would bring it. */
  package?: string | null;
}

export interface LanguageList {
  /** The workspace as a file URI without a slash at the end. */
  root: string;
  servers: LanguageServerInfo[];
}

/** Answer of Core, which fetches sets of packages. */
export interface LanguageFetch {
  state: "fetching" | "ready" | "failed";
  message?: string | null;
  seconds?: number | null;
}

export interface LanguageParams {
  id: string;
}
