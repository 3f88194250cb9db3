import { button, element, isMac } from "./dom.js";

const mod = isMac ? "⌘" : "Ctrl";

const groups: [string, [string, string][]][] = [
  ["Workbench", [
    ["F1 or ?", "Show these keys"], [`${mod} Enter`, "Run or stop"], ["F6 / Shift F6", "Next or former pane"], [`${mod} B`, "Show or hide the files"],
    [`${mod} J`, "Show or hide the terminal"], ["Ctrl `", "Between editor and terminal"],
  ]],
  ["Files", [
    ["↑ ↓ ← →", "Move, fold, unfold"], ["Enter", "Open"], ["Space", "Open and stay in the tree"], ["F2", "Rename"], ["Delete", "Delete"], ["Alt N", "New file"],
    ["Shift F10", "Menu"],
  ]],
  ["Editor", [
    ["Alt W", "Close the tab"], ["Alt PageUp / PageDown", "Former or next tab"], [`${mod} F`, "Find and replace"], [`${mod} Z`, "Undo your own last edit"],
    [`${mod} /`, "Comment"], [`${mod} D`, "Select the next occurrence"], ["Esc, then Tab", "Leave the editor"],
  ]],
  ["Code", [
    ["Ctrl Space", "Complete"], ["F12", "Go to the definition"], ["Shift F12", "Find references"], ["F2", "Rename everywhere"], ["Alt Shift F", "Format the file"],
    ["F8", "Next problem"],
  ]],
  ["Terminal", [
    ["Alt Shift T", "New terminal"], [isMac ? "⌘ C / ⌘ V" : "Ctrl Shift C / V", "Copy, paste"], ["Alt PageUp / PageDown", "Former or next terminal"],
  ]],
];

/** The keys, in a dialog. */
export function showKeys(): void {
  if (document.querySelector(".dx-keys")) return;
  const dialog = element("dialog", { class: "dx-dialog dx-keys", attributes: { "aria-labelledby": "dx-keys-title", "data-testid": "keys" } },
    element("h2", { text: "Keys", attributes: { id: "dx-keys-title" } }),
    element("div", { class: "dx-keys-groups" }, ...groups.map(([title, rows]) =>
      element("section", {}, element("h3", { text: title }), element("dl", {}, ...rows.flatMap(([keys, what]) =>
        [element("dt", {}, element("kbd", { text: keys })), element("dd", { text: what })]))))),
    element("div", { class: "dx-dialog-actions" }, button("Close", { class: "dx-button", on: { click: () => dialog.close() } })));
  dialog.addEventListener("close", () => dialog.remove());
  (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
  dialog.showModal();
}
