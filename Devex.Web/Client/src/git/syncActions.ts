import type { GitStatus } from "../protocol/git.js";

export type SyncAction = "addRemote" | "publish" | "fetch" | "pull" | "push";

export interface SyncButton {
  action: SyncAction;
  label: string;
  title: string;
  /** Whether it is what a person most likely wants now. */
  primary: boolean;
}

/** What can be done with the remote, as the repository stands. */
export function syncButtons(status: GitStatus): SyncButton[] {
  if (!status.repository || status.underway != null) return [];
  const fetch: SyncButton = { action: "fetch", label: "Fetch", title: "See what is new at the remote", primary: false };
  if (status.upstream == null) {
    const remotes = status.remotes ?? [];
    if (remotes.length === 0) return [{ action: "addRemote", label: "Add a remote", title: "Say where this repository is to be pushed to", primary: false }];
    // Before the first commit there is nothing to publish.
    if (status.branch == null || status.commit == null) return [fetch];
    return [fetch, { action: "publish", label: "Publish branch", title: `Make ${status.branch} at the remote, and follow it`, primary: true }];
  }
  return [
    fetch,
    { action: "pull", label: status.behind > 0 ? `Pull ${status.behind}` : "Pull", title: `Bring commits of ${status.upstream} here`, primary: status.behind > 0 },
    { action: "push", label: status.ahead > 0 ? `Push ${status.ahead}` : "Push", title: `Bring your commits to ${status.upstream}`, primary: status.ahead > 0 && status.behind === 0 },
  ];
}

const underway = { merge: "merge", rebase: "rebase", cherryPick: "cherry-pick", revert: "revert" } as const;

/** What to say while something stopped in the middle. */
export function underwayWords(status: GitStatus): { words: string; ready: boolean } | undefined {
  if (status.underway == null) return undefined;
  const left = status.files.filter((file) => file.unstaged === "conflicted").length;
  const name = underway[status.underway];
  return left === 0
    ? { words: `All conflicts of the ${name} are settled.`, ready: true }
    : { words: `The ${name} stopped at ${left === 1 ? "1 file" : `${left} files`} in conflict. Open each, keep what is right, and stage it.`, ready: false };
}
