import { commandKey } from "../layout/dom.js";

export interface ShortcutActions {
  keys: () => void;
  run: () => void;
  stepPane: (by: number) => void;
  toggleFiles: () => void;
  toggleTerminal: () => void;
  betweenEditorAndTerminal: () => void;
  closeTab: () => void;
  stepTab: (by: number) => void;
  newFile: () => void;
  newTerminal: () => void;
}

/** The workbench's own keys. What a shell or the editor needs stays theirs. */
export function shortcut(event: KeyboardEvent, actions: ShortcutActions): boolean {
  const target = event.target as Element;
  const inTerminal = target.closest(".dx-terminal") !== null;
  const inText = inTerminal || target.closest("input, textarea, [contenteditable=true]") !== null;
  const alt = event.altKey && !event.ctrlKey && !event.metaKey;
  const action = ((): (() => void) | undefined => {
    if (event.key === "F1" || (event.key === "?" && !inText)) return actions.keys;
    if (event.key === "F6") return () => actions.stepPane(event.shiftKey ? -1 : 1);
    if (event.ctrlKey && event.code === "Backquote") return actions.betweenEditorAndTerminal;
    if (commandKey(event) && event.key === "Enter") return actions.run;
    if (alt && event.shiftKey && event.code === "KeyT") return actions.newTerminal;
    if (alt && event.key === "PageUp") return () => actions.stepTab(-1);
    if (alt && event.key === "PageDown") return () => actions.stepTab(1);
    if (inTerminal) return undefined;
    if (commandKey(event) && !event.shiftKey && event.code === "KeyB") return actions.toggleFiles;
    if (commandKey(event) && !event.shiftKey && event.code === "KeyJ") return actions.toggleTerminal;
    if (alt && event.code === "KeyW") return actions.closeTab;
    if (alt && event.code === "KeyN") return actions.newFile;
    return undefined;
  })();
  if (!action) return false;
  event.preventDefault();
  event.stopPropagation();
  action();
  return true;
}
