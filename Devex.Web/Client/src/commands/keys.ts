import { isMac } from "../layout/dom.js";

/** A key as commands name it: `Mod+Shift+P`; Mod is Cmd on a Mac and Ctrl elsewhere. */
export type Key = string;

interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const codes: Record<string, string> = { "`": "Backquote", "\\": "Backslash", ",": "Comma" };
const shown: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

/** Whether a key was pressed. Letters and digits are told by their place, since Alt makes other characters of them on some machines. */
export function isPressed(key: Key, event: Pressed, mac = isMac): boolean {
  const parts = key.split("+");
  const name = parts.pop() ?? "";
  const has = (modifier: string) => parts.includes(modifier);
  const control = has("Ctrl") || (has("Mod") && !mac);
  const meta = has("Mod") && mac;
  if (event.ctrlKey !== control || event.metaKey !== meta || event.altKey !== has("Alt")) return false;
  // The key of a question mark has Shift in it.
  if (name === "?") return event.key === "?";
  if (event.shiftKey !== has("Shift")) return false;
  const code = /^[A-Z]$/.test(name) ? `Key${name}` : /^[0-9]$/.test(name) ? `Digit${name}` : codes[name];
  return code === undefined ? event.key === name : event.code === code;
}

/** As people read it. */
export function keyName(key: Key, mac = isMac): string {
  return key.split("+").map((part) => (part === "Mod" ? (mac ? "⌘" : "Ctrl") : part === "Alt" && mac ? "⌥" : (shown[part] ?? part))).join(" ");
}
