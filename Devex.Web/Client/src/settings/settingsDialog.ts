import { button, element } from "../layout/dom.js";
import { defaults, type Settings, type UserSettings } from "./settings.js";

/** The settings; each takes effect as it is changed. */
export function settingsDialog(settings: Settings): void {
  if (document.querySelector(".dx-settings")) return;
  const problem = element("p", { class: "dx-bad", attributes: { role: "alert", hidden: true } });
  const change = (changes: Partial<UserSettings>) => {
    settings.change(changes).then(
      () => { problem.hidden = true; },
      (error: unknown) => {
        problem.textContent = `It holds here, but could not be kept: ${(error as Error).message}`;
        problem.hidden = false;
      });
  };
  const now = settings.now;
  const size = element("input", {
    class: "dx-field", attributes: { type: "number", min: 9, max: 32, value: now.fontSize, "data-testid": "setting-font" },
    on: {
      change: () => {
        const wanted = Math.round(Number(size.value));
        if (wanted >= 9 && wanted <= 32) change({ fontSize: wanted });
        else size.value = String(settings.now.fontSize);
      },
    },
  });
  const tab = select("setting-tab", [["", "As the file does"], ["2", "2"], ["4", "4"], ["8", "8"]], now.tabSize == null ? "" : String(now.tabSize),
    (value) => change({ tabSize: value === "" ? null : Number(value) }));
  const keys = select("setting-keys", [["code", "VS Code"], ["vim", "vim"], ["emacs", "emacs"]], now.keys, (value) => change({ keys: value as UserSettings["keys"] }));
  const theme = select("setting-theme", [["", "As chosen in each browser"], ["dark", "Dark"], ["light", "Light"], ["system", "As the system"]], now.theme ?? "",
    (value) => change({ theme: value === "" ? null : value as UserSettings["theme"] & string }));
  const dialog = element("dialog", { class: "dx-dialog dx-settings", attributes: { "aria-labelledby": "dx-settings-title", "data-testid": "settings" } },
    element("h2", { text: "Settings", attributes: { id: "dx-settings-title" } }),
    element("p", { text: "They are the same wherever you sign in." }),
    element("div", { class: "dx-settings-rows" },
      row("Theme", theme), row("Font size of code and terminals", size), row("Indentation", tab), row("Keys of the editor", keys),
      row("Wrap long lines", check("setting-wrap", now.wrap, (wrap) => change({ wrap }))),
      row("Show levels of indentation", check("setting-guides", now.guides, (guides) => change({ guides }))),
      row("Format when you save (Ctrl S)", check("setting-format", now.formatOnSave, (formatOnSave) => change({ formatOnSave })))),
    problem,
    element("div", { class: "dx-dialog-actions" },
      button("Back to the defaults", {
        class: "dx-button", attributes: { "data-testid": "settings-reset" }, on: {
          click: () => {
            change(defaults);
            dialog.close();
          },
        },
      }),
      button("Close", { class: "dx-button dx-button-filled", on: { click: () => dialog.close() } })));
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => dialog.remove());
  (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
  dialog.showModal();
}

function row(label: string, control: HTMLElement): HTMLElement {
  return element("label", { class: "dx-settings-row" }, element("span", { text: label }), control);
}

function select(test: string, options: readonly (readonly [string, string])[], value: string, changed: (value: string) => void): HTMLSelectElement {
  const made = element("select", { class: "dx-select", attributes: { "data-testid": test }, on: { change: () => changed(made.value) } },
    ...options.map(([key, text]) => element("option", { text, attributes: { value: key } })));
  made.value = value;
  return made;
}

function check(test: string, value: boolean, changed: (value: boolean) => void): HTMLInputElement {
  const made = element("input", { attributes: { type: "checkbox", checked: value, "data-testid": test }, on: { change: () => changed(made.checked) } });
  return made;
}
