// Peers of Devex.Contracts/Protocol/Requests.cs; the names are the same there.

/** A request to a preview: neither its query nor its headers, bodies or visitor. */
export interface PreviewRequest {
  /** Counts up; the same when it is told of again. */
  number: number;
  port: number;
  at: string;
  method: string;
  path: string;
  hasQuery: boolean;
  /** Absent when the visitor left before an answer. */
  status?: number | null;
  /** Absent while it goes on. */
  milliseconds?: number | null;
  bytes: number;
  webSocket: boolean;
  byLink: boolean;
}

export interface PreviewRequestList {
  requests: PreviewRequest[];
}
