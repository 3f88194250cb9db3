import { ErrorCodes } from "../protocol/errorCodes.js";
import { RpcError } from "../session/jsonRpc.js";

/** Why a file shows no text, and whether downloading it is what helps; else it is trying again. */
export function whyUnopened(error: unknown): { title: string; detail: string; download: boolean } {
  switch (error instanceof RpcError ? error.code : undefined) {
    case ErrorCodes.wrongKind:
      return { title: "Not a text file", detail: "It holds bytes that are not text, so it is not shown here.", download: true };
    case ErrorCodes.tooLarge:
      return { title: "Too large to edit here", detail: "Open it in the terminal, or download it.", download: true };
    case ErrorCodes.notFound:
      return { title: "Not there", detail: "This file was moved or deleted.", download: false };
    default:
      return { title: "Could not be opened", detail: error instanceof Error ? error.message : String(error), download: false };
  }
}
