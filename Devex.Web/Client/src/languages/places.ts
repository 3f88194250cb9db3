import type { Text } from "@codemirror/state";
import type { TextTab } from "../editor/textTab.js";
import type { Position, Range, TextEdit } from "./lsp.js";

/** A place as language servers count. */
export function positionOf(doc: Text, offset: number): Position {
  const line = doc.lineAt(offset);
  return { line: line.number - 1, character: offset - line.from };
}

/** What is past a line's or the text's end is that end. */
export function offsetOf(doc: Text, { line, character }: Position): number {
  if (line >= doc.lines) return doc.length;
  const found = doc.line(line + 1);
  return Math.min(found.from + character, found.to);
}

/** The text of a version that a document had a moment ago; undefined when it is not kept, or not here yet. */
function textAt(tab: TextTab, version: number): Text | undefined {
  const { client } = tab;
  if (version > client.version) return undefined;
  const since = client.accepted.since(version, client.version);
  return since?.[0]?.before ?? (version === client.version ? client.base : undefined);
}

/** A place of an answer, in the text shown now; undefined when it cannot be told. */
export function placeNow(tab: TextTab, version: number | undefined, position: Position): number | undefined {
  if (version === undefined) return offsetOf(tab.state.doc, position);
  const text = textAt(tab, version);
  return text && tab.client.positionNow(version, offsetOf(text, position));
}

export function rangeNow(tab: TextTab, version: number | undefined, range: Range): { from: number; to: number } | undefined {
  const from = placeNow(tab, version, range.start);
  const to = placeNow(tab, version, range.end);
  return from === undefined || to === undefined || to < from ? undefined : { from, to };
}

/** Edits as changes of the text shown now; undefined when the text has moved on too far. */
export function changesNow(tab: TextTab, version: number | undefined, edits: readonly TextEdit[]): { from: number; to: number; insert: string }[] | undefined {
  const changes = [];
  for (const edit of edits) {
    const range = rangeNow(tab, version, edit.range);
    if (!range) return undefined;
    changes.push({ ...range, insert: edit.newText.replace(/\r\n?/g, "\n") });
  }
  return changes;
}

/** Waits until the text shown is one that `serve` has, and until it has reached `version`; false when that takes too long. */
export function settled(tab: TextTab, version = 0): Promise<boolean> {
  const done = () => tab.client.pending === 0 && tab.client.version >= version;
  if (done()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const off = tab.onUpdate(() => {
      if (done()) finish(true);
    });
    const limit = setTimeout(() => finish(false), 5000);
    const finish = (reached: boolean) => {
      off();
      clearTimeout(limit);
      resolve(reached);
    };
  });
}
