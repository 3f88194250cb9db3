import { button, element } from "./dom.js";

interface Question {
  title: string;
  detail: string;
  action: string;
  /** What the other button says; Cancel where nothing is said. */
  refuse?: string;
  danger?: boolean;
}

/** Asks; true when the person agrees. */
export const confirm = (question: Question): Promise<boolean> => open(question, undefined, (agreed) => agreed);

/** Asks what may have to be asked again; `all` when the person wants the same for whatever is asked next. Without a label there is nothing next. */
export function confirmEach(question: Question, label: string | undefined): Promise<{ agreed: boolean; all: boolean }> {
  const box = element("input", { attributes: { type: "checkbox", "data-testid": "dialog-all" } });
  return open(question, label === undefined ? undefined : element("label", { class: "dx-dialog-all" }, box, label), (agreed) => ({ agreed, all: box.checked }));
}

interface Wish extends Question {
  label: string;
  value: string;
  /** Characters at most; 100 where nothing is said. */
  most?: number;
}

/** Asks for a line of text; undefined when the person does not say. */
export function ask(wish: Wish): Promise<string | undefined> {
  const field = element("input", { class: "dx-field dx-dialog-field", attributes: { type: "text", "aria-label": wish.label, maxlength: wish.most ?? 100, autocomplete: "off", spellcheck: "false", "data-testid": "dialog-text" } });
  field.value = wish.value;
  return open(wish, field, (agreed) => (agreed ? field.value.trim() : undefined));
}

/** `field`: below the question; one to write in has the focus, and Enter there agrees. */
function open<T>(question: Question, field: HTMLElement | undefined, answer: (agreed: boolean) => T): Promise<T> {
  return new Promise((resolve) => {
    const finish = (agreed: boolean) => {
      dialog.close();
      dialog.remove();
      resolve(answer(agreed));
    };
    const no = button(question.refuse ?? "Cancel", { class: "dx-button", on: { click: () => finish(false) } });
    const yes = button(question.action, {
      class: question.danger ? "dx-button dx-button-danger" : "dx-button dx-button-filled", attributes: { "data-testid": "dialog-confirm" },
      on: { click: () => finish(true) },
    });
    const dialog = element("dialog", { class: "dx-dialog", attributes: { "aria-labelledby": "dx-dialog-title", "data-testid": "dialog" } },
      element("h2", { text: question.title, attributes: { id: "dx-dialog-title" } }),
      element("p", { text: question.detail }), field,
      element("div", { class: "dx-dialog-actions" }, no, yes));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(false);
    });
    const text = field instanceof HTMLInputElement ? field : undefined;
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" || !text || event.target !== text) return;
      // Or the button that had asked, and has the focus again, would be pressed by the same key.
      event.preventDefault();
      finish(true);
    });
    (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
    dialog.showModal();
    (text ?? yes).focus();
    text?.select();
  });
}
