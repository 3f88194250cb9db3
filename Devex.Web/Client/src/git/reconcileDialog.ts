import { button, element } from "../layout/dom.js";
import type { GitReconcile } from "../protocol/git.js";

/** Asks how commits of both sides are brought together. */
export function askReconcile(ahead: number, behind: number): Promise<GitReconcile | undefined> {
  return new Promise((resolve) => {
    const finish = (how: GitReconcile | undefined) => {
      dialog.close();
      dialog.remove();
      resolve(how);
    };
    const act = (label: string, look: string, test: string, how: GitReconcile | undefined) => button(label, { class: `dx-button ${look}`, attributes: { "data-testid": test }, on: { click: () => finish(how) } });
    const merge = act("Merge", "dx-button-filled", "reconcile-merge", "merge");
    const dialog = element("dialog", { class: "dx-dialog", attributes: { "aria-labelledby": "dx-reconcile-title", "data-testid": "reconcile-dialog" } },
      element("h2", { text: "Both sides have new commits", attributes: { id: "dx-reconcile-title" } }),
      element("p", { text: `You have ${counted(ahead)} that the remote lacks, and it has ${counted(behind)} that you lack. Merge keeps both as they are and joins them by one more commit; rebase makes yours again after the remote's.` }),
      element("div", { class: "dx-dialog-actions" }, act("Cancel", "", "reconcile-cancel", undefined), act("Rebase", "", "reconcile-rebase", "rebase"), merge));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(undefined);
    });
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
    dialog.showModal();
    merge.focus();
  });
}

const counted = (commits: number) => (commits === 1 ? "1 commit" : `${commits} commits`);
