import { ErrorCodes } from "../protocol/errorCodes.js";
import type { SessionMethods } from "../protocol/methods.js";
import { ConnectionLost, RpcError } from "../session/jsonRpc.js";
import type { UploadItem } from "./dropped.js";
import { folderOf, join } from "./paths.js";
import { sendFile, type UploadLine } from "./sendFile.js";

export interface UploadProgress {
  done: number;
  total: number;
  files: number;
  name: string;
  /** For a connection. */
  waits: boolean;
}

export interface UploadWatch {
  signal: AbortSignal;
  progress: (progress: UploadProgress) => void;
  /** Whether a file that is there already may be replaced. */
  exists: (path: string) => Promise<boolean>;
  /** One file is there. */
  came: () => void;
}

/** Puts files into a folder, one after the other; what the connection interrupts goes on when it is back. */
export async function upload(line: UploadLine, folder: string, items: readonly UploadItem[], watch: UploadWatch, send = sendFile): Promise<void> {
  const { signal, exists } = watch;
  const total = items.reduce((sum, item) => sum + item.file.size, 0);
  const made = new Set<string>([""]);
  let before = 0;
  for (const { path, file } of items) {
    let sent = 0;
    const report = (waits: boolean) => watch.progress({ done: before + sent, total, files: items.length, name: path, waits });
    const ask = patient(line, signal, () => report(true));
    const target = join(folder, path);
    const put = (overwrite: boolean) => send(line, {
      path: target, file, overwrite, signal, waits: () => report(true),
      sent: (now) => {
        sent = now;
        report(false);
      },
    });
    report(false);
    await makeFolders(ask, folder, folderOf(path), made);
    // Asked before it is sent: an upload is answered when all of it was sent. What appears meanwhile is asked about then.
    if ((!await isThere(ask, target) && await put(false)) || (await exists(target) && await put(true))) watch.came();
    before += file.size;
  }
}

type Ask = <M extends keyof SessionMethods>(method: M, params: SessionMethods[M][0]) => Promise<SessionMethods[M][1]>;

/** Requests that can be made again, made again whenever the connection is back. */
function patient(line: UploadLine, signal: AbortSignal, waits: () => void): Ask {
  return async (method, params) => {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await line.request(method, params);
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
      }
      waits();
      await line.becomesLive(signal);
    }
  };
}

async function makeFolders(ask: Ask, base: string, folder: string, made: Set<string>): Promise<void> {
  if (made.has(folder)) return;
  await makeFolders(ask, base, folderOf(folder), made);
  made.add(folder);
  await ask("files.create", { path: join(base, folder), kind: "folder" }).catch((error: unknown) => {
    if (!(error instanceof RpcError && error.code === ErrorCodes.conflict)) throw error;
  });
}

async function isThere(ask: Ask, path: string): Promise<boolean> {
  try {
    await ask("files.stat", { path });
    return true;
  } catch (error) {
    if (error instanceof RpcError && error.code === ErrorCodes.notFound) return false;
    throw error;
  }
}
