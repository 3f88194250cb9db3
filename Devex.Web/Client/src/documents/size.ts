import { ChangeSet, EditorState, type Extension, StateField, type Text } from "@codemirror/state";

// `serve` takes files below this, bytes.
const tooMuch = 5 << 20;
// Of UTF-8, for a UTF-16 unit; a line break takes two in a file with CR LF.
const mostBytes = 3;
// A byte order mark, which only `serve` knows of.
const mark = 3;
// A frame has 9 MiB, and a character may take six bytes of it.
const mostInserted = 500_000;

/** What is said of a change that is refused. */
export const tooLarge = "That is too much text: the editor takes files below 5 MiB. Upload it as a file instead.";

/** Refuses a change that makes the file larger than `serve` takes; smaller it may always become. */
export function limited(refused: () => void, crLf: () => boolean): Extension {
  const size = StateField.define<number>({
    create: ({ doc }) => bytesOf(doc),
    update: (bytes, { docChanged, changes, startState }) => docChanged ? bytes + growth(changes, startState.doc).bytes : bytes,
  });
  return [size, EditorState.changeFilter.of(({ changes, startState }) => {
    if (mark + mostBytes * changes.newLength < tooMuch) return true;
    const { bytes, breaks } = growth(changes, startState.doc);
    const grown = bytes + (crLf() ? breaks : 0);
    const before = mark + startState.field(size) + (crLf() ? startState.doc.lines - 1 : 0);
    if (grown <= 0 || before + grown < tooMuch) return true;
    refused();
    return false;
  })];
}

/** By how much a change makes the text larger. */
function growth(changes: ChangeSet, doc: Text): { bytes: number; breaks: number } {
  let [bytes, breaks] = [0, 0];
  changes.iterChanges((from, to, _fromB, _toB, inserted) => {
    const removed = doc.slice(from, to);
    bytes += bytesOf(inserted) - bytesOf(removed);
    breaks += inserted.lines - removed.lines;
  });
  return { bytes, breaks };
}

/** Size of the text in UTF-8. */
export function bytesOf(text: Text): number {
  let bytes = 0;
  for (const piece of text) {
    for (let i = 0; i < piece.length; i++) {
      const unit = piece.charCodeAt(i);
      if (unit < 0x80) bytes++;
      else if (unit < 0x800) bytes += 2;
      else if (unit >= 0xd800 && unit < 0xdc00 && (piece.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
        bytes += 4;
        i++;
      } else bytes += 3;
    }
  }
  return bytes;
}

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
