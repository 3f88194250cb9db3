import { confirm } from "../layout/dialog.js";
import { button, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import type { EnvironmentList, EnvironmentVariable } from "../protocol/api.js";
import type { Role } from "../protocol/session.js";
import type { Api } from "../session/api.js";
import { EnvironmentApi, type Scope } from "./environmentApi.js";
import { pasted } from "./pasted.js";

interface EnvironmentPanelOptions {
  api: Api;
  role: () => Role;
}

/** Variables and secrets: of this REPL, and of all that the reader owns. A secret's value goes in and is never shown again. */
export class EnvironmentPanel {
  readonly element: HTMLElement;
  readonly #options: EnvironmentPanelOptions;
  readonly #api: EnvironmentApi;
  readonly #list = element("ul", { class: "dx-variables", attributes: { "aria-label": "Variables", "data-testid": "variables" } });
  readonly #inherited = element("p", { class: "dx-muted dx-variable-note" });
  readonly #problem = element("p", { class: "dx-bad dx-variable-note", attributes: { role: "alert", hidden: true, "data-testid": "variable-problem" } });
  readonly #said = element("p", { class: "dx-muted dx-variable-note", attributes: { role: "status" } });
  readonly #name = element("input", {
    class: "dx-field", attributes: { type: "text", "aria-label": "Name", placeholder: "NAME", autocomplete: "off", spellcheck: "false", autocapitalize: "off", maxlength: 100, "data-testid": "variable-name" },
  });
  readonly #value = element("input", {
    class: "dx-field", attributes: { type: "password", "aria-label": "Value", placeholder: "Value", autocomplete: "new-password", spellcheck: "false", "data-testid": "variable-value" },
  });
  readonly #secret = element("input", { attributes: { type: "checkbox", checked: true, "data-testid": "variable-secret" } });
  readonly #form: HTMLFormElement;
  readonly #scopes: Record<Scope, HTMLButtonElement>;
  #scope: Scope = "repl";

  constructor(options: EnvironmentPanelOptions) {
    this.#options = options;
    this.#api = new EnvironmentApi(options.api);
    const scope = (value: Scope, label: string) => button(label, {
      class: "dx-segment", attributes: { "aria-pressed": "false", "data-testid": `scope:${value}` }, on: { click: () => this.#choose(value) },
    });
    this.#scopes = { repl: scope("repl", "This REPL"), own: scope("own", "All my REPLs") };
    this.#secret.addEventListener("change", () => { this.#value.type = this.#secret.checked ? "password" : "text"; });
    this.#name.addEventListener("paste", (event) => this.#paste(event));
    this.#form = element("form", { class: "dx-variable-form", on: { submit: (event) => {
      event.preventDefault();
      void this.#set([[this.#name.value.trim(), this.#value.value]]);
    } } },
      this.#name, this.#value,
      element("div", { class: "dx-search-row" },
        element("label", { class: "dx-check" }, this.#secret, "Secret"), element("span", { class: "dx-space" }),
        element("button", { class: "dx-button dx-button-slim dx-button-filled", text: "Set", attributes: { type: "submit", "data-testid": "variable-set" } })));
    this.element = element("section", { class: "dx-side-panel", attributes: { "aria-label": "Environment" } },
      element("div", { class: "dx-panel-head" }, element("h2", { text: "Environment" })),
      element("div", { class: "dx-segments" }, this.#scopes.repl, this.#scopes.own),
      element("div", { class: "dx-variable-body" }, this.#form, this.#problem, this.#said, this.#list, this.#inherited,
        element("p", { class: "dx-muted dx-variable-note", text: "Programs and terminals that start from now on get these. Who may edit has a shell, and so can read them; viewers cannot. They are kept encrypted and go into no snapshot or copy." })));
    this.#choose("repl");
  }

  focus(): void {
    if (this.#form.hidden) this.#scopes[this.#scope].focus();
    else this.#name.focus();
  }

  #choose(scope: Scope): void {
    this.#scope = scope;
    for (const [name, made] of Object.entries(this.#scopes)) made.setAttribute("aria-pressed", name === scope ? "true" : "false");
    this.#form.hidden = scope === "repl" && this.#options.role() !== "owner";
    this.#said.textContent = "";
    this.#show({ variables: [], inherited: [] });
    if (scope === "repl" && this.#options.role() === "viewer") this.#said.textContent = "Viewers do not see the environment.";
    else void this.#try(async () => this.#show(await this.#api.list(scope)));
  }

  #show(list: EnvironmentList): void {
    this.#list.replaceChildren(...list.variables.map((variable) => this.#row(variable)));
    this.#inherited.textContent = list.inherited.length === 0 ? "" : `From the owner's account: ${list.inherited.join(", ")}`;
  }

  #row(variable: EnvironmentVariable): HTMLElement {
    const { name, secret } = variable;
    const act = (label: string, glyph: "edit" | "trash", test: string, run: () => void) =>
      button(label, { class: "dx-icon-button", icon: icon(glyph, 14), iconOnly: true, attributes: { "data-testid": `${test}:${name}` }, on: { click: run } });
    const changes = this.#form.hidden ? [] : [
      act(`Change ${name}`, "edit", "edit-variable", () => {
        this.#name.value = name;
        this.#secret.checked = secret;
        this.#value.type = secret ? "password" : "text";
        this.#value.value = variable.value ?? "";
        this.#value.focus();
      }),
      act(`Remove ${name}`, "trash", "remove-variable", () => void this.#remove(name)),
    ];
    return element("li", { class: "dx-variable", attributes: { "data-testid": `variable:${name}` } },
      element("span", { class: "dx-variable-name" }, element("code", { text: name }),
        element("small", { class: "dx-muted", text: secret ? "•••••• secret" : plain(variable.value ?? "", 200) })),
      ...changes);
  }

  async #set(values: readonly [string, string][]): Promise<void> {
    await this.#try(async () => {
      for (const [name, value] of values) this.#show(await this.#api.set(this.#scope, name, value, this.#secret.checked));
      this.#name.value = this.#value.value = "";
      this.#said.textContent = values.length === 1 ? `${values[0]?.[0] ?? ""} is set.` : `${values.length} variables are set.`;
      this.#name.focus();
    });
  }

  async #remove(name: string): Promise<void> {
    if (!await confirm({ title: `Remove ${name}?`, action: "Remove", danger: true, detail: "Programs that run keep it until they end." })) return;
    await this.#try(async () => {
      await this.#api.remove(this.#scope, name);
      this.#show(await this.#api.list(this.#scope));
      this.#said.textContent = `${name} is removed.`;
    });
  }

  #paste(event: ClipboardEvent): void {
    const values = pasted(event.clipboardData?.getData("text") ?? "");
    if (values.length === 0) return;
    event.preventDefault();
    if (values.length === 1) [this.#name.value, this.#value.value] = values[0] ?? ["", ""];
    else void this.#set(values);
  }

  async #try(action: () => Promise<void>): Promise<void> {
    try {
      this.#problem.hidden = true;
      await action();
    } catch (error) {
      this.#problem.textContent = (error as Error).message;
      this.#problem.hidden = false;
    }
  }
}
