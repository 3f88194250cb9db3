import { EditorState, type Extension, Text } from "@codemirror/state";

/** Lines are joined by \n on the wire, whatever the file has; `serve` restores CRLF when it writes. */
export const lines: Extension = [EditorState.lineSeparator.of("\n"), EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged) return transaction;
  let faulty = false;
  transaction.changes.iterChanges((_fromA, _toA, _fromB, _toB, inserted) => {
    if (faulty) return;
    for (const line of inserted.iterLines()) {
      if (line.includes("\r") || !wellFormed(line)) {
        faulty = true;
        return;
      }
    }
  });
  if (!faulty) return transaction;
  // A lone half of a surrogate pair or a \r within a line cannot travel; it is mended where it comes in.
  const changes: { from: number; to: number; insert: Text }[] = [];
  transaction.changes.iterChanges((from, to, _fromB, _toB, inserted) => changes.push({ from, to, insert: mend(inserted) }), true);
  return [{ changes, effects: transaction.effects, scrollIntoView: transaction.scrollIntoView }];
})];

export const textOf = (content: string): Text => Text.of(content.split("\n"));

function mend(text: Text): Text {
  return Text.of(text.toString().replace(/\r\n?/g, "\n").split("\n").map((line) => (wellFormed(line) ? line : mendSurrogates(line))));
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const wellFormed = (line: string): boolean => !loneSurrogate.test(line);

const mendSurrogates = (line: string): string => line.replace(new RegExp(loneSurrogate, "g"), "\ufffd");
