import { button, element } from "../layout/dom.js";

export interface CommandChoice {
  command: string;
  /** Whether it becomes the REPL's own. */
  keep: boolean;
}

/** Asks for the command that Run runs; an empty one that is kept is the template's. */
export function askCommand(current: string, mayKeep: boolean): Promise<CommandChoice | undefined> {
  return new Promise((resolve) => {
    const field = element("textarea", {
      class: "dx-command-field", attributes: { "aria-label": "Command", spellcheck: "false", maxlength: 1000, rows: 3, "data-testid": "run-command" },
      on: {
        keydown: (event) => {
          event.stopPropagation();
          if (event.key !== "Enter" || event.shiftKey) return;
          event.preventDefault();
          finish({ command: field.value.trim(), keep: mayKeep });
        },
      },
    });
    field.value = current;
    const finish = (choice: CommandChoice | undefined) => {
      dialog.close();
      dialog.remove();
      resolve(choice);
    };
    const act = (label: string, look: string, test: string, run: () => void) => button(label, { class: `dx-button ${look}`, attributes: { "data-testid": test }, on: { click: run } });
    const dialog = element("dialog", { class: "dx-dialog", attributes: { "aria-labelledby": "dx-command-title", "data-testid": "command-dialog" } },
      element("h2", { text: "What Run runs", attributes: { id: "dx-command-title" } }),
      element("p", { text: mayKeep ? "A shell runs it in the workspace. Leave it empty to go back to the template's command." : "A shell runs it in the workspace. Only the owner can keep another command." }),
      field,
      element("div", { class: "dx-dialog-actions" },
        act("Cancel", "", "command-cancel", () => finish(undefined)),
        act("Run once", mayKeep ? "" : "dx-button-filled", "command-once", () => finish({ command: field.value.trim(), keep: false })),
        mayKeep ? act("Keep", "dx-button-filled", "command-keep", () => finish({ command: field.value.trim(), keep: true })) : undefined));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(undefined);
    });
    (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
    dialog.showModal();
    field.focus();
    field.select();
  });
}
