import { button, element } from "../layout/dom.js";

/** Asks for another name, of which a part may be typed already; undefined when there is to be none. */
export function askName(former: string, typed: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const input = element("input", {
      class: "dx-input dx-language-name",
      attributes: { type: "text", value: typed || former, "aria-label": "New name", "data-testid": "rename-input", spellcheck: "false", autocomplete: "off", autocapitalize: "off", maxlength: 500 },
    });
    const dialog = element("dialog", { class: "dx-dialog", attributes: { "aria-labelledby": "dx-rename-title", "data-testid": "rename" } });
    const finish = (name: string | undefined) => {
      dialog.close();
      dialog.remove();
      resolve(name);
    };
    const form = element("form", {
      on: {
        submit: (event) => {
          event.preventDefault();
          finish(input.value.trim() || undefined);
        },
      },
    },
    element("h2", { text: "Rename everywhere", attributes: { id: "dx-rename-title" } }), input,
    element("div", { class: "dx-dialog-actions" },
      button("Cancel", { class: "dx-button", on: { click: () => finish(undefined) } }),
      element("button", { class: "dx-button dx-button-filled", text: "Rename", attributes: { type: "submit" } })));
    dialog.append(form);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(undefined);
    });
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
    dialog.showModal();
    input.focus();
    if (typed) input.setSelectionRange(typed.length, typed.length);
    else input.select();
  });
}
