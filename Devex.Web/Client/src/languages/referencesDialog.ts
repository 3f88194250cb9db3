import { button, element, plain } from "../layout/dom.js";

interface Reference {
  path: string;
  /** From 0. */
  line: number;
}

const most = 500;
const mostRead = 30;

/** Shows places of the workspace, by file and with their lines, and lets one be chosen; undefined when none is, or when nobody waits for it any more. */
export async function chooseReference(title: string, references: Reference[], read: (path: string) => Promise<string>, waits: () => boolean): Promise<number | undefined> {
  const paths = [...new Set(references.map(({ path }) => path))];
  const texts = new Map<string, string[]>();
  await Promise.all(paths.slice(0, mostRead).map(async (path) => {
    texts.set(path, await read(path).then((text) => text.split("\n"), () => []));
  }));
  if (!waits()) return undefined;
  return new Promise((resolve) => {
    const dialog = element("dialog", { class: "dx-dialog dx-references", attributes: { "aria-labelledby": "dx-references-title", "data-testid": "references" } });
    const finish = (index: number | undefined) => {
      dialog.close();
      dialog.remove();
      resolve(index);
    };
    const rows = element("div", { class: "dx-references-rows" });
    for (const path of paths) {
      rows.append(element("h3", { text: plain(path, 300) }));
      references.slice(0, most).forEach((reference, index) => {
        if (reference.path !== path) return;
        rows.append(element("button", { class: "dx-reference", attributes: { type: "button" }, on: { click: () => finish(index) } },
          element("span", { class: "dx-muted", text: String(reference.line + 1) }), element("code", { text: plain(texts.get(path)?.[reference.line]?.trim() ?? "", 300) })));
      });
    }
    const step = (by: number) => {
      const all = [...rows.querySelectorAll<HTMLButtonElement>("button")];
      const at = all.indexOf(document.activeElement as HTMLButtonElement);
      all[(at + by + all.length) % all.length]?.focus();
    };
    dialog.append(
      element("h2", { text: `${title} (${references.length})`, attributes: { id: "dx-references-title" } }), rows,
      element("div", { class: "dx-dialog-actions" }, button("Close", { class: "dx-button", on: { click: () => finish(undefined) } })));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(undefined);
    });
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    });
    (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
    dialog.showModal();
    rows.querySelector("button")?.focus();
  });
}
