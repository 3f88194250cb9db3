import type { Commands } from "../commands/commands.js";
import { keyName } from "../commands/keys.js";
import { button, element, isMac } from "./dom.js";

const mod = isMac ? "⌘" : "Ctrl";

/** Keys of the tree, the editor and the shell, which are no commands. */
const others: [string, [string, string][]][] = [
  ["Files", [
    ["↑ ↓ ← →", "Move, fold, unfold"], ["Enter", "Open"], ["Space", "Open and stay in the tree"], ["F2", "Rename"], ["Delete", "Delete"], ["Shift F10", "Menu"],
  ]],
  ["Code", [
    ["Ctrl Space", "Complete"], ["F12", "Go to the definition"], ["Shift F12", "Find references"], ["F2", "Rename everywhere"], ["Alt Shift F", "Format the file"],
    ["F8", "Next problem"],
  ]],
  ["Text", [
    [`${mod} F`, "Find and replace"], [`${mod} Z`, "Undo your own last edit"], [`${mod} /`, "Comment"], [`${mod} D`, "Select the next occurrence"],
    ["Esc, then Tab", "Leave the editor"],
  ]],
  ["Shell", [[isMac ? "⌘ C / ⌘ V" : "Ctrl Shift C / V", "Copy, paste"]]],
];

/** The keys, in a dialog: those of commands by group, then those that belong to a pane. */
export function showKeys(commands: Commands): void {
  if (document.querySelector(".dx-keys")) return;
  const groups = new Map<string, [string, string][]>();
  for (const { group, title, keys } of commands.all) {
    if (keys?.length) groups.set(group, [...(groups.get(group) ?? []), [keys.map((key) => keyName(key)).join(" or "), title]]);
  }
  const dialog = element("dialog", { class: "dx-dialog dx-keys", attributes: { "aria-labelledby": "dx-keys-title", "data-testid": "keys" } },
    element("h2", { text: "Keys", attributes: { id: "dx-keys-title" } }),
    element("div", { class: "dx-keys-groups" }, ...[...groups, ...others].map(([title, rows]) =>
      element("section", {}, element("h3", { text: title }), element("dl", {}, ...rows.flatMap(([keys, what]) =>
        [element("dt", {}, element("kbd", { text: keys })), element("dd", { text: what })]))))),
    element("div", { class: "dx-dialog-actions" }, button("Close", { class: "dx-button", on: { click: () => dialog.close() } })));
  dialog.addEventListener("close", () => dialog.remove());
  (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
  dialog.showModal();
}
