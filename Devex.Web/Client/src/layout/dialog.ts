import { button, element } from "./dom.js";

interface Question {
  title: string;
  detail: string;
  action: string;
  danger?: boolean;
}

/** Asks; true when the person agrees. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = element("dialog", { class: "dx-dialog", attributes: { "aria-labelledby": "dx-dialog-title", "data-testid": "dialog" } });
    const finish = (agreed: boolean) => {
      dialog.close();
      dialog.remove();
      resolve(agreed);
    };
    const no = button("Cancel", { class: "dx-button", on: { click: () => finish(false) } });
    const yes = button(question.action, {
      class: question.danger ? "dx-button dx-button-danger" : "dx-button dx-button-filled", attributes: { "data-testid": "dialog-confirm" },
      on: { click: () => finish(true) },
    });
    dialog.append(
      element("h2", { text: question.title, attributes: { id: "dx-dialog-title" } }),
      element("p", { text: question.detail }),
      element("div", { class: "dx-dialog-actions" }, no, yes));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(false);
    });
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
    dialog.showModal();
    yes.focus();
  });
}

interface Wish extends Question {
  label: string;
  value: string;
  /** Characters at most; 100 where nothing is said. */
  most?: number;
}

/** Asks for a line of text; undefined when the person does not say. */
export function ask(wish: Wish): Promise<string | undefined> {
  return new Promise((resolve) => {
    const field = element("input", { class: "dx-field dx-dialog-field", attributes: { type: "text", "aria-label": wish.label, maxlength: wish.most ?? 100, autocomplete: "off", spellcheck: "false", "data-testid": "dialog-text" } });
    field.value = wish.value;
    const finish = (text: string | undefined) => {
      dialog.close();
      dialog.remove();
      resolve(text);
    };
    const dialog = element("dialog", { class: "dx-dialog", attributes: { "aria-labelledby": "dx-dialog-title", "data-testid": "dialog" } },
      element("h2", { text: wish.title, attributes: { id: "dx-dialog-title" } }), element("p", { text: wish.detail }), field,
      element("div", { class: "dx-dialog-actions" },
        button("Cancel", { class: "dx-button", on: { click: () => finish(undefined) } }),
        button(wish.action, { class: "dx-button dx-button-filled", attributes: { "data-testid": "dialog-confirm" }, on: { click: () => finish(field.value.trim()) } })));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(undefined);
    });
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" || event.target !== field) return;
      // Or the button that had asked, and has the focus again, would be pressed by the same key.
      event.preventDefault();
      finish(field.value.trim());
    });
    (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
    dialog.showModal();
    field.focus();
    field.select();
  });
}
