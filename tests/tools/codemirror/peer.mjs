// Answers what CodeMirror makes of each case on standard input: one JSON object per line, in the same order.
import { ChangeSet, Text } from "@codemirror/state";
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { text, a, b, position } = JSON.parse(line);
  const [first, second] = [ChangeSet.fromJSON(a), ChangeSet.fromJSON(b)];
  const [after, before] = [first.map(second), first.map(second, true)];
  process.stdout.write(JSON.stringify({
    applied: first.apply(Text.of(text.split("\n"))).toString(),
    json: JSON.stringify(first.toJSON()),
    after: JSON.stringify(after.toJSON()),
    before: JSON.stringify(before.toJSON()),
    staysLeft: first.mapPos(position, -1),
    staysRight: first.mapPos(position, 1),
  }) + "\n");
}
