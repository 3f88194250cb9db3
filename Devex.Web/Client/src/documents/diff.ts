import { diff } from "@codemirror/merge";
import { ChangeSet, Text } from "@codemirror/state";

/** A change set that turns one text into another, touching little; it never cuts a surrogate pair in two. */
export function changesBetween(from: Text, to: Text): ChangeSet {
  const a = from.toString();
  const b = to.toString();
  if (a === b) return ChangeSet.empty(from.length);
  const changes = diff(a, b, { scanLimit: 1000 }).map(({ fromA, toA, fromB, toB }) => {
    // Both sides share what lies before and after a change, so a pair that is cut is cut on both sides alike.
    const left = cutsPair(a, fromA) || cutsPair(b, fromB) ? 1 : 0;
    const right = cutsPair(a, toA) || cutsPair(b, toB) ? 1 : 0;
    return { from: fromA - left, to: toA + right, insert: Text.of(b.slice(fromB - left, toB + right).split("\n")) };
  });
  return ChangeSet.of(merged(changes), from.length);
}

interface Change {
  from: number;
  to: number;
  insert: Text;
}

// Widened neighbours may touch or overlap by the shared unit; one change set may not.
function merged(changes: Change[]): Change[] {
  const out: Change[] = [];
  for (const change of changes) {
    const last = out.at(-1);
    if (last && change.from < last.to) {
      const overlap = last.to - change.from;
      out[out.length - 1] = { from: last.from, to: change.to, insert: last.insert.append(change.insert.slice(overlap, change.insert.length)) };
    } else {
      out.push(change);
    }
  }
  return out;
}

function cutsPair(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false;
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
