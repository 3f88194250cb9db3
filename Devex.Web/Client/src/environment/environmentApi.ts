import type { EnvironmentList } from "../protocol/api.js";
import type { Api } from "../session/api.js";

/** Whose variables: the REPL's, or those of all REPLs that the reader owns. */
export type Scope = "repl" | "own";

export class EnvironmentApi {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  list(scope: Scope): Promise<EnvironmentList> {
    return this.#api.get<EnvironmentList>(this.#path(scope));
  }

  set(scope: Scope, name: string, value: string, secret: boolean): Promise<EnvironmentList> {
    return this.#api.send<EnvironmentList>("PUT", `${this.#path(scope)}/${encodeURIComponent(name)}`, { value, secret });
  }

  remove(scope: Scope, name: string): Promise<void> {
    return this.#api.send<void>("DELETE", `${this.#path(scope)}/${encodeURIComponent(name)}`);
  }

  #path(scope: Scope): string {
    return scope === "own" ? "/me/environment" : `/repls/${this.#api.replId}/environment`;
  }
}
