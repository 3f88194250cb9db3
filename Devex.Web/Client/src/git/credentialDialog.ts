import { button, element, plain } from "../layout/dom.js";
import type { GitCredentialAsked, GitOperation } from "../protocol/git.js";

export interface GivenCredential {
  username: string;
  password: string;
}

const purposes: Record<GitOperation, string> = { fetch: "to fetch", pull: "to pull", push: "to push" };

/**
 * Asks the person for a credential of one operation, and says who will have it. `mint` gets one from GitHub where that is offered. `over` closes the
 * dialog: nobody waits for the answer any more.
 */
export function askCredential(asked: GitCredentialAsked, mint: (() => Promise<GivenCredential>) | undefined, over: AbortSignal): Promise<GivenCredential | undefined> {
  return new Promise((resolve) => {
    const line = (label: string, type: string, test: string, most: number) => {
      const field = element("input", { class: "dx-field dx-git-credential", attributes: { type, maxlength: most, autocomplete: "off", spellcheck: "false", autocapitalize: "off", "data-testid": test } });
      return [field, element("label", { class: "dx-git-label" }, element("span", { text: label }), field)] as const;
    };
    const [username, usernameLine] = line("User name", "text", "credential-username", 255);
    const [password, passwordLine] = line("Token or password", "password", "credential-password", 2000);
    username.value = asked.username ?? "";
    const problem = element("p", { class: "dx-bad", attributes: { role: "alert", hidden: true, "data-testid": "credential-problem" } });
    let done = false;
    const finish = (given: GivenCredential | undefined) => {
      if (done) return;
      done = true;
      // A field that is gone keeps its value as long as somebody keeps the field.
      password.value = "";
      dialog.close();
      dialog.remove();
      resolve(given);
    };
    const refuse = (why: string) => {
      problem.textContent = plain(why, 400);
      problem.hidden = false;
    };
    const give = () => {
      if (username.value.trim() === "" || password.value === "") refuse("Give a user name and a token.");
      else finish({ username: username.value.trim(), password: password.value });
    };
    const byHand = button("Use once", { class: mint ? "dx-button" : "dx-button dx-button-filled", attributes: { "data-testid": "credential-give" }, on: { click: give } });
    const byGitHub = mint && button("Use my access at GitHub", { class: "dx-button dx-button-filled", attributes: { "data-testid": "credential-github" }, on: { click: () => void fromGitHub() } });
    const fromGitHub = async () => {
      if (!mint || !byGitHub) return;
      byGitHub.disabled = true;
      try {
        finish(await mint());
      } catch (error) {
        refuse((error as Error).message);
        byGitHub.disabled = false;
      }
    };
    const fact = (name: string, value: string, test: string) => [element("dt", { text: name }), element("dd", { text: plain(value, 300), attributes: { "data-testid": test } })];
    const dialog = element("dialog", { class: "dx-dialog dx-git-asked", attributes: { "aria-labelledby": "dx-credential-title", "data-testid": "credential-dialog" } },
      element("h2", { text: `${plain(asked.host, 100)} asks who you are`, attributes: { id: "dx-credential-title" } }),
      element("dl", { class: "dx-git-facts" }, ...fact("Host", asked.host, "credential-host"), ...fact("Repository", asked.path, "credential-repository"), ...fact("For", purposes[asked.operation], "credential-operation")),
      element("p", { text: `What you give is used ${purposes[asked.operation]} once, and kept nowhere. Until that is done, programs that run in this REPL could read and use it: give it only if you trust what runs here.` }),
      ...(byGitHub ? [element("p", { class: "dx-git-app", text: "Devex can ask GitHub for a token for this repository alone, which ends when this is done. Or give one yourself." })] : []),
      usernameLine, passwordLine, problem,
      element("div", { class: "dx-dialog-actions" }, button("Cancel", { class: "dx-button", attributes: { "data-testid": "credential-cancel" }, on: { click: () => finish(undefined) } }), byHand, byGitHub));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(undefined);
    });
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
      event.preventDefault();
      if (event.target === username) password.focus();
      else give();
    });
    over.addEventListener("abort", () => finish(undefined), { once: true });
    (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
    dialog.showModal();
    (byGitHub ?? (username.value === "" ? username : password)).focus();
  });
}
