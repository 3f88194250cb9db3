import type { PreviewRequest } from "../protocol/requests.js";

const kept = 200;

/** The last requests to previews, by number; `serve` may tell of one again when it ends. */
export class RequestModel {
  #requests = new Map<number, PreviewRequest>();
  #cleared = 0;

  take(requests: readonly PreviewRequest[]): void {
    for (const request of requests) {
      if (request.number > this.#cleared) this.#requests.set(request.number, request);
    }
    const over = [...this.#requests.keys()].sort((a, b) => b - a).slice(kept);
    for (const number of over) this.#requests.delete(number);
  }

  /** Takes all out of sight for this person; what comes later shows. */
  clear(): void {
    this.#cleared = Math.max(this.#cleared, ...this.#requests.keys());
    this.#requests.clear();
  }

  /** Another `serve` counts from 1. */
  reset(): void {
    this.#cleared = 0;
    this.#requests.clear();
  }

  /** Those of a port in which every word of the filter is found, newest first. */
  shown(port: number | undefined, filter: string): PreviewRequest[] {
    const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
    return [...this.#requests.values()]
      .filter((request) => request.port === port && words.every((word) => searched(request).includes(word)))
      .sort((a, b) => b.number - a.number);
  }
}

const searched = (request: PreviewRequest) => `${methodOf(request)} ${request.path} ${statusOf(request)}${isFailed(request) ? " error" : ""}${request.byLink ? " link" : ""}`.toLowerCase();

export const methodOf = (request: PreviewRequest): string => (request.webSocket ? "WS" : request.method);

export function statusOf(request: PreviewRequest): string {
  if (request.webSocket) return request.milliseconds == null ? "open" : "closed";
  return request.status == null ? "left" : String(request.status);
}

export const isFailed = (request: PreviewRequest): boolean => (request.status ?? 0) >= 400;
