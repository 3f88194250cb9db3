import { folderOf, nameOf } from "../files/paths.js";
import { fileIcon } from "../files/fileIcons.js";
import { icon } from "../layout/icons.js";
import type { FileIndex } from "./fileIndex.js";
import { candidate, marks, rank, type Candidate } from "./fuzzy.js";
import type { Commands } from "./commands.js";
import { commandItems } from "./palette.js";
import { Picker, type PickerItem } from "./picker.js";

const most = 60;

interface QuickOpenOptions {
  index: FileIndex;
  commands: Commands;
  /** Files of late, the newest first. */
  recent: () => readonly string[];
  /** `typed`: what is to go into the file, because it was typed behind the Enter that asked for it. */
  open: (path: string, typed: string, line?: number) => void;
}

/** Ctrl-P: a file by some letters of its path, `:` and a line behind it; `>` gives commands instead. */
export function quickOpen(options: QuickOpenOptions, text = ""): Picker {
  const { index } = options;
  // What was typed before this was there: a pattern, and behind Enter what the file is to get.
  const [begun = "", ...behind] = text.split("\n");
  const isFile = !begun.startsWith(">");
  let asking = isFile;
  const asked = () => {
    asking = false;
    picker.refresh();
  };
  const picker = new Picker({
    label: isFile ? "Open a file" : "Commands", placeholder: "A file's name, or > for commands", text: begun, pending: () => asking,
    items: (typed) => {
      if (typed.startsWith(">")) return { items: commandItems(typed.slice(1), options.commands) };
      const [, path = "", line] = /^(.*?)(?::(\d*))?$/.exec(typed) ?? [];
      return files(path, line === undefined || line === "" ? undefined : Number(line), options);
    },
  });
  if (isFile) void index.refresh().then((fresh) => fresh ? asked() : (asking = false), asked);
  if (behind.length > 0) picker.enter(behind.join("\n"));
  return picker;
}

function files(text: string, line: number | undefined, { index, recent, open }: QuickOpenOptions): { items: PickerItem[]; note?: string } {
  const item = (one: Candidate, shown: readonly number[]): PickerItem => ({
    key: one.text, label: nameOf(one.text), marks: shown.map((place) => place - one.name).filter((place) => place >= 0), detail: folderOf(one.text),
    icon: icon(fileIcon({ name: nameOf(one.text), kind: "file", size: 0, modifiedAt: 0, mode: 0 }, false), 16), pick: (typed) => open(one.text, typed, line),
  });
  const note = index.files === undefined ? "Looking for files…" : index.limited ? "Only the first 100,000 files are looked through." : undefined;
  const found = text.trim() === ""
    ? recent().slice(0, most).map((path) => item(candidate(path), []))
    : rank(text, index.files ?? [], most).map((ranked) => item(ranked.candidate, marks(text, ranked.candidate)));
  const words = note ?? (text.trim() === "" && found.length === 0 ? "Type some letters of a file's path." : undefined);
  return words === undefined ? { items: found } : { items: found, note: words };
}
