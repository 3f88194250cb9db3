import { candidate, marks, rank, type Candidate } from "./fuzzy.js";
import { keyName } from "./keys.js";
import type { Command, Commands } from "./commands.js";
import type { PickerItem } from "./picker.js";

const most = 60;

/** Commands that fit what was typed; all of them, by group, while nothing was. */
export function commandItems(text: string, commands: Commands): PickerItem[] {
  const all = new Map<Candidate, Command>(commands.all.map((command) => [candidate(`${command.group}: ${command.title}`), command]));
  const found = text.trim() === "" ? [...all.keys()] : rank(text, [...all.keys()], most).map((ranked) => ranked.candidate);
  return found.flatMap((one) => {
    const command = all.get(one);
    if (!command) return [];
    const key = command.keys?.[0];
    return [{
      key: command.id, label: one.text, marks: marks(text, one), keys: key === undefined ? undefined : keyName(key),
      // After the focus is back where the command may look for it.
      pick: () => queueMicrotask(() => command.run()),
    }];
  });
}
