import { randomId } from "../editor/randomId.js";
import { bytes } from "../layout/dom.js";
import { ErrorCodes } from "../protocol/errorCodes.js";
import type { UploadedBytes } from "../protocol/files.js";
import { Backoff } from "../session/backoff.js";
import { ConnectionLost, RpcError } from "../session/jsonRpc.js";
import type { Session } from "../session/session.js";
import { encodePath } from "./paths.js";

/** What an upload needs of the session. */
export type UploadLine = Pick<Session, "address" | "becomesLive" | "live" | "on" | "request" | "token">;

export interface SentFile {
  path: string;
  file: File;
  /** Whether it may take the place of another. */
  overwrite: boolean;
  signal: AbortSignal;
  /** How many bytes of it the session has, or are on their way. */
  sent: (sent: number) => void;
  /** The connection was lost; it goes on when there is one. */
  waits: () => void;
}

/** A request that sends a part; false when something is there already. `ConnectionLost` where the rest may be sent by another. */
export type SendPart = (line: UploadLine, address: string, part: Blob, overwrite: boolean, signal: AbortSignal, sent: (sent: number) => void) => Promise<boolean>;

const mostLosses = 3;

/** Uploads a file, over as many connections as that takes: each goes on where the one before was lost. False when something is there already. */
export async function sendFile(line: UploadLine, sending: SentFile, sendPart: SendPart = put, pause: (milliseconds: number) => Promise<void> = wait): Promise<boolean> {
  const { path, file, overwrite, signal, sent, waits } = sending;
  const upload = randomId();
  const backoff = new Backoff();
  let from = 0;
  let losses = 0;
  try {
    for (;;) {
      try {
        return await whileLive(line, signal, (both) =>
          sendPart(line, `files/${encodePath(path)}?upload=${upload}&offset=${from}`, file.slice(from), overwrite, both, (part) => sent(from + part)));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ConnectionLost)) throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
      waits();
      await readable(path, file, from);
      const come = await howFar(line, upload, signal);
      if (come?.version) return true;
      losses = come && come.bytes > from ? 0 : losses + 1;
      from = come?.bytes ?? 0;
      if (losses === mostLosses) throw new Error(`${path}: the connection was lost ${mostLosses} times at the same place, after ${bytes(from)} of ${bytes(file.size)}. Something on the way may not let files of this size through; ask who runs this Devex.`);
      if (losses > 0) await pause(backoff.next());
      else backoff.reset();
      signal.throwIfAborted();
      sent(from);
    }
  } catch (error) {
    // What it has of it would be kept for a while.
    line.request("files.cancelUpload", { upload }).catch(() => undefined);
    throw error;
  }
}

/** A request on a network that is gone may hang for minutes; the session's own socket is watched. */
async function whileLive<T>(line: UploadLine, signal: AbortSignal, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const lost = new AbortController();
  const off = line.on("connection", () => {
    if (!line.live) lost.abort();
  });
  try {
    return await action(AbortSignal.any([signal, lost.signal]));
  } finally {
    off();
  }
}

/** What the session has of an upload; undefined when that is nothing. */
async function howFar(line: UploadLine, upload: string, signal: AbortSignal): Promise<UploadedBytes | undefined> {
  for (;;) {
    await line.becomesLive(signal);
    try {
      return await line.request("files.uploaded", { upload });
    } catch (error) {
      if (error instanceof RpcError && (error.code === ErrorCodes.notFound || error.code === ErrorCodes.methodNotFound)) return undefined;
      if (!(error instanceof ConnectionLost)) throw error;
    }
  }
}

/** Browsers say of a file that changed under them what they say of a lost connection. */
async function readable(path: string, file: File, at: number): Promise<void> {
  try {
    await file.slice(at, at + 1).arrayBuffer();
  } catch {
    throw new Error(`${path}: the file changed or went away while it was uploaded. Choose it again.`);
  }
}

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

// Of the session's own, which is replaced, and of whatever is before it.
const passing = [401, 502, 503, 504];

/** XMLHttpRequest, because fetch does not tell how much was sent. */
function put(line: UploadLine, address: string, part: Blob, overwrite: boolean, signal: AbortSignal, sent: (sent: number) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new ConnectionLost());
    const request = new XMLHttpRequest();
    request.open("PUT", line.address(address));
    request.setRequestHeader("Authorization", `Bearer ${line.token}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    if (!overwrite) request.setRequestHeader("If-None-Match", "*");
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onload = () => {
      const problem = problemOf(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(true);
      else if (passing.includes(request.status) || problem.code === "files.upload") lost();
      else if (request.status === 412 || request.status === 409) resolve(false);
      else reject(new Error(problem.detail ?? `the session answered ${request.status}`));
    };
    request.onerror = request.onabort = lost;
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) lost();
    else request.send(part);
  });
}

function problemOf(body: string): { code?: string; detail?: string } {
  try {
    return JSON.parse(body) as { code?: string; detail?: string };
  } catch {
    return {};
  }
}
