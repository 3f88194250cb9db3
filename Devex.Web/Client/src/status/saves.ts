import type { SaveState } from "../documents/saveState.js";
import { bytes, plain } from "../layout/dom.js";
import type { SavedState } from "../protocol/api.js";
import type { SavesState, SpaceUsage, StaleFile } from "../protocol/saves.js";

export interface SavesWords {
  text: string;
  title: string;
  bad: boolean;
}

export interface SpaceWords {
  text: string;
  urgent: boolean;
}

const reasons: Record<string, string> = {
  unreadable: "cannot be read",
  changing: "changes all the time",
  deferred: "is large and changes often; it follows later",
  special: "is a pipe, socket or device",
  tooDeep: "lies too deep",
  tooLong: "has too long a path",
  quota: "finds no room",
  unnamed: "may be one of many files that are not kept",
};

const underway: ReadonlySet<SaveState["kind"]> = new Set(["saving", "sent", "offline", "frozen", "failed"]);

/** Why S3 does not hold a file as it is. */
export const reasonWords = (reason: string): string => reasons[reason] ?? plain(reason, 32);

/**
 * What the status bar says of the whole workspace; undefined while no more is known than Core's receipt, and where the saver's file says that a snapshot holds everything of which Core has told
 * something else: programs of the REPL can write that file. What is typed and not yet in its file, the saver cannot know of.
 */
export function savesWords(state: SavesState | undefined, receipt?: SavedState, open?: SaveState): SavesWords | undefined {
  if (!state || state.state === "unknown") return undefined;
  if (state.state === "saved" && receipt && (state.root > receipt.root || (state.root === receipt.root && state.hash !== receipt.hash))) return undefined;
  if (state.state === "saved" && open && underway.has(open.kind)) return { text: open.kind === "failed" ? "Not all is saved" : "Saving…", title: open.text, bad: open.kind === "failed" };
  // An open file may be newer than the saver's word, and whether S3 has it is for Core to say.
  if (state.state === "saved" && open?.kind === "disk" && !state.notKept?.length) return undefined;
  const left = (state.notKept ?? []).filter((file) => file.reason !== "special");
  const files = `${state.files} ${state.files === 1 ? "file" : "files"}`;
  const snapshot = state.hash ? `\nSnapshot ${state.root}, ${state.hash.slice(0, 12)}` : "";
  switch (state.state) {
    case "saving":
      return { text: state.files > 0 ? `${files} uploading` : "Saving…", title: `${bytes(state.bytes)} on their way to S3${snapshot}`, bad: false };
    case "retrying":
      return { text: "Offline: kept on this machine, retrying", title: plain(state.problem ?? "", 300), bad: true };
    case "ended":
      return { text: "Not saved any more", title: plain(state.problem ?? "", 300), bad: true };
    case "saved":
      return left.length === 0
        ? { text: "All saved to S3", title: named(state.notKept ?? []) + snapshot, bad: false }
        : { text: `Saved to S3, ${left.length} ${left.length === 1 ? "file" : "files"} not`, title: named(state.notKept ?? []) + snapshot, bad: true };
  }
}

/** What is to be said about room, from 80 % on; that programs were ended comes before all else. */
export function spaceWords(usage: SpaceUsage | null | undefined, halted?: string | null): SpaceWords | undefined {
  if (halted) return { text: plain(halted, 300), urgent: true };
  if (!usage || usage.maxBytes <= 0 || usage.maxFiles <= 0) return undefined;
  const share = Math.max(usage.bytes / usage.maxBytes, usage.files / usage.maxFiles);
  if (share < 0.8) return undefined;
  const what = usage.bytes / usage.maxBytes >= usage.files / usage.maxFiles
    ? `${bytes(usage.bytes)} of ${bytes(usage.maxBytes)}`
    : `${usage.files} of ${usage.maxFiles} files`;
  const whose = usage.whole === true ? "of all your REPLs' room" : "of this REPL's room";
  if (share < 0.95) return { text: `${what} ${whose} are used.`, urgent: false };
  return share < 1
    ? { text: `Almost no room is left: ${what} ${whose} are used. At 100 % nothing new is saved and writing stops. Delete what you do not need.`, urgent: true }
    : { text: `No room is left: ${what} ${whose} are used. What is new is not saved. Delete something to go on.`, urgent: true };
}

function named(files: readonly StaleFile[]): string {
  return files.slice(0, 20).map((file) => `${plain(file.path, 120)} ${reasonWords(file.reason)}`).join("\n");
}
