import { ErrorCodes } from "../protocol/errorCodes.js";
import { RpcError } from "../session/jsonRpc.js";

/** Why a file is not shown, and whether downloading it helps. */
export function whyUnopened(error: unknown): { title: string; detail: string; download: boolean } {
  const detail = error instanceof Error ? error.message : String(error);
  switch (error instanceof RpcError ? error.code : undefined) {
    case ErrorCodes.wrongKind:
      return { title: (error as RpcError).reason === "documents.encoding" ? "Not UTF-8" : "Not a text file", detail, download: true };
    case ErrorCodes.tooLarge:
      return { title: "Too large to show here", detail: `${detail} Open it in the terminal, or download it.`, download: true };
    case ErrorCodes.notFound:
      return { title: "Not there", detail: "This file was moved or deleted.", download: false };
    default:
      return { title: "Could not be opened", detail, download: false };
  }
}
