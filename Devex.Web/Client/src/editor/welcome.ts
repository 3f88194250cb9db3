import { keyName } from "../commands/keys.js";
import { element, isFirefox, isMac } from "../layout/dom.js";

/** What shows where no file is open. */
export function welcome(): HTMLElement {
  const mod = isMac ? "⌘" : "Ctrl";
  const rows: [string, string][] = [
    ["Open a file by name", `${mod} P`], ["Every command", isFirefox ? keyName("Alt+P") : `${mod} Shift P`], ["Search in all files", `${mod} Shift F`], ["Run", `${mod} Enter`], ["Show the terminal", `${mod} J`], ["All keys", "F1"],
  ];
  return element("div", { class: "dx-welcome", attributes: { "data-testid": "welcome" } },
    element("h2", { text: "Nothing is open" }),
    element("p", { class: "dx-muted", text: "Pick a file on the left, or make one." }),
    element("dl", {}, ...rows.flatMap(([what, keys]) => [element("dt", { text: what }), element("dd", {}, element("kbd", { text: keys }))])));
}
