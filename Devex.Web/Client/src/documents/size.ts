import { ChangeSet, EditorState, type Extension, type Text } from "@codemirror/state";

// A text has fewer characters than this, as `serve` counts them.
const mostText = 5 << 20;
// A frame has 9 MiB, and a character may take six bytes of it.
const mostInserted = 500_000;

/** What is said of a change that is refused. */
export const tooLarge = "That is too much text: the editor takes files below 5 MiB. Upload it as a file instead.";

/** Refuses a change that makes the text longer than `serve` takes; shorter it may always become. */
export const limited = (refused: () => void): Extension => EditorState.changeFilter.of(({ changes }) => {
  if (changes.newLength < mostText || changes.newLength <= changes.length) return true;
  refused();
  return false;
});

/** Characters that it inserts. */
export function insertedBy(changes: ChangeSet): number {
  let inserted = 0;
  changes.iterChanges((_fromA, _toA, fromB, toB) => {
    inserted += toB - fromB;
  });
  return inserted;
}

/** The same change as a run of changes, each of which one push can carry. */
export function parts(changes: ChangeSet, most = mostInserted): readonly ChangeSet[] {
  if (changes.newLength <= most || insertedBy(changes) <= most) return [changes];
  let room = most;
  const first: { from: number; to: number; insert: Text }[] = [];
  const left: { at: number; text: Text }[] = [];
  changes.iterChanges((from, to, at, _toB, text) => {
    const head = cut(text, room);
    room -= head;
    first.push({ from, to, insert: text.slice(0, head) });
    if (head < text.length) left.push({ at: at + head, text: text.slice(head) });
  });
  const made = [ChangeSet.of(first, changes.length)];
  let length = made[0]?.newLength ?? 0;
  // From the front: what stands before each is complete by then, so its place is that of the end.
  for (let { at, text } of left) {
    while (text.length > 0) {
      const insert = text.slice(0, cut(text, most));
      made.push(ChangeSet.of({ from: at, insert }, length));
      length += insert.length;
      at += insert.length;
      text = text.slice(insert.length);
    }
  }
  return made;
}

/** Length of the longest beginning of at most `most` characters that ends within no pair of surrogates. */
function cut(text: Text, most: number): number {
  if (most >= text.length) return text.length;
  return most > 0 && /[\ud800-\udbff]/.test(text.sliceString(most - 1, most)) ? most - 1 : most;
}
