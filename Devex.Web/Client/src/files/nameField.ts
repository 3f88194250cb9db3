import { element } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { join, nameProblem } from "./paths.js";

/** A name that is being asked for in the tree. */
export interface Naming {
  /** Row after which the field stands; for a rename the row that it replaces. */
  at: string;
  folder: string;
  kind: "file" | "folder";
  rename: boolean;
  done: (name: string | undefined) => void;
}

/** The row in which a name is typed: Enter means it, Escape does not, leaving it with a good name does. */
export function nameField(initial: string, naming: Naming, taken: (path: string) => boolean, current: () => boolean): HTMLElement {
  const problem = element("div", { class: "dx-name-problem", attributes: { role: "alert", hidden: true } });
  const label = naming.rename ? `New name of ${initial}` : `Name of the new ${naming.kind}`;
  const input = element("input", {
    class: "dx-name-input", attributes: { value: initial, "aria-label": label, spellcheck: "false", autocomplete: "off", "data-testid": "name-input" },
  });
  const check = (): string | undefined => {
    const name = input.value.trim();
    const found = naming.rename && name === initial ? undefined : nameProblem(name, (n) => taken(join(naming.folder, n)));
    problem.textContent = found ?? "";
    problem.hidden = found === undefined || name === "";
    return found;
  };
  input.addEventListener("input", check);
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") naming.done(undefined);
    else if (event.key === "Enter" && !event.isComposing) {
      if (check() === undefined) naming.done(input.value.trim());
    } else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => {
    if (current()) naming.done(input.value.trim() !== initial && check() === undefined ? input.value.trim() : undefined);
  });
  return element("div", { class: "dx-tree-row dx-naming" },
    element("span", { class: "dx-tree-chevron" }), icon(naming.kind === "folder" ? "folder" : "file", 16), input, problem);
}
