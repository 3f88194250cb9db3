import { localTimes } from "../layout/times.js";
import type { PreviewCode, PreviewLinkAddress, ProblemDetails, Repl, SessionTicket } from "../protocol/api.js";
import type { LanguageFetch } from "../protocol/languages.js";
import { Emitter } from "./emitter.js";

const silent = "Devex does not answer at the moment. Try again in a few seconds; what is in the REPL goes on.";

const signedOut = "You are signed out. Sign in and try again; what you typed is kept.";

/** Core said no, or nothing at all, which is status 0; `code` is a stable key, `message` says what to do. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly code?: string) {
    super(message);
    this.name = "ApiError";
  }
}

/** Core's API as the workbench uses it, by the reader's cookie. Tells when that is found to hold no more, or to hold again. */
export class Api extends Emitter<{ signedIn: boolean }> {
  #antiforgery: string | undefined;
  #signedIn = true;

  constructor(readonly base: string, readonly replId: string) {
    super();
  }

  get signedIn(): boolean {
    return this.#signedIn;
  }

  /** Whether Core knows the reader was found out, here or by whoever else shows it the cookie. */
  found(signedIn: boolean): void {
    if (this.#signedIn === signedIn) return;
    this.#signedIn = signedIn;
    this.emit("signedIn", signedIn);
  }

  /** Finds out whether Core knows the reader. Core that does not answer leaves it as it is. */
  async look(): Promise<void> {
    await this.get("/me").catch(() => undefined);
  }

  repl(): Promise<Repl> {
    return this.get<Repl>(`/repls/${this.replId}`);
  }

  start(): Promise<Repl> {
    return this.send<Repl>("POST", `/repls/${this.replId}/start`);
  }

  /** Leaves a session behind whose node does not answer. */
  startFromSaved(): Promise<Repl> {
    return this.send<Repl>("POST", `/repls/${this.replId}/start-from-saved`);
  }

  ticket(): Promise<SessionTicket> {
    return this.send<SessionTicket>("POST", `/repls/${this.replId}/tickets`);
  }

  previewCode(port: number): Promise<PreviewCode> {
    return this.send<PreviewCode>("POST", `/repls/${this.replId}/previews/${port}/codes`);
  }

  /** The link by which a port is open; only its owner is told. */
  previewLink(port: number): Promise<PreviewLinkAddress> {
    return this.get<PreviewLinkAddress>(`/repls/${this.replId}/previews/${port}/link`);
  }

  /** Opens a port to whoever has its new link, for some days or without an end. */
  openPreview(port: number, days: number | undefined): Promise<PreviewLinkAddress> {
    return this.send<PreviewLinkAddress>("PUT", `/repls/${this.replId}/previews/${port}/link`, days === undefined ? {} : { days });
  }

  closePreview(port: number): Promise<void> {
    return this.send<void>("DELETE", `/repls/${this.replId}/previews/${port}/link`);
  }

  fetchLanguage(set: string): Promise<LanguageFetch> {
    return this.send<LanguageFetch>("POST", `/repls/${this.replId}/languages/${set}`);
  }

  /** Keeps another run command; an empty one asks for the template's. */
  keepRunCommand(runCommand: string): Promise<Repl> {
    return this.send<Repl>("PATCH", `/repls/${this.replId}`, { runCommand });
  }

  /** A change; `T` is `void` where the answer is empty. */
  async send<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown, again = true): Promise<T> {
    this.#antiforgery ??= (await this.get<{ token: string }>("/antiforgery")).token;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await this.#ask(path, {
      method,
      headers: {
        Accept: "application/json", "X-Devex-Antiforgery": this.#antiforgery, ...(text === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(text === undefined ? {} : { body: text }),
      // What was decided is done also when the page goes at once. Browsers take 64 KiB of such requests in all.
      keepalive: (text?.length ?? 0) < 8192,
    });
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    const error = await problem(response);
    // An antiforgery token belongs to a sign-in; another tab may have signed in anew.
    if (again && error.code === "request.antiforgery") {
      this.#antiforgery = undefined;
      return this.send<T>(method, path, body, false);
    }
    throw error;
  }

  async get<T>(path: string): Promise<T> {
    const response = await this.#ask(path, { headers: { Accept: "application/json" } });
    if (!response.ok) throw await problem(response);
    return (await response.json()) as T;
  }

  async #ask(path: string, request: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.base + path, { ...request, signal: AbortSignal.timeout(20_000) });
    } catch {
      throw new ApiError(0, silent);
    }
    if (response.ok) this.found(true);
    else if (response.status === 401) this.found(false);
    return response;
  }
}

async function problem(response: Response): Promise<ApiError> {
  let details: ProblemDetails = {};
  try {
    details = (await response.json()) as ProblemDetails;
  } catch {
    // Not ours: a proxy on the way answered.
  }
  if (response.status === 401) return new ApiError(response.status, signedOut, details.code);
  return new ApiError(response.status, localTimes(details.detail ?? details.title ?? (response.status < 500 ? `The server answered ${response.status}.` : silent)), details.code);
}
