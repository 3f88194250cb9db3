import { type ChangeSet, ChangeSet as Changes, type Text } from "@codemirror/state";
import type { SessionInstant } from "../protocol/session.js";
import { covers } from "./saveState.js";

/** One accepted update, kept until S3 holds it. */
export interface Kept {
  /** The version that it was applied to. */
  version: number;
  changes: ChangeSet;
  before: Text;
  /** Set for this page's own. */
  n: number | undefined;
}

const most = 5000;

/** What was accepted and is not known to be in S3: a `serve` that comes back without it gets it again. */
export class AcceptedUpdates {
  #kept: Kept[] = [];
  #flushes: { version: number; at: SessionInstant }[] = [];
  /** The version from which on everything is known. */
  #from: number;

  constructor(from: number) {
    this.#from = from;
  }

  add(update: Kept): void {
    this.#kept.push(update);
    // Only a bound on memory; foreign positions and a resume need far fewer.
    if (this.#kept.length > most) this.#kept.splice(0, this.#kept.length - most);
    this.#from = Math.max(this.#from, this.#kept.length === most ? (this.#kept[0]?.version ?? 0) : 0);
  }

  flushed(version: number, at: SessionInstant): void {
    this.#flushes.push({ version, at });
  }

  /** S3 holds what was flushed up to this moment. */
  saved(asOf: SessionInstant): void {
    const covered = this.#flushes.filter((f) => covers(asOf, f.at)).reduce((most, f) => Math.max(most, f.version), -1);
    if (covered < 0) return;
    this.#flushes = this.#flushes.filter((f) => f.version > covered);
    this.#kept = this.#kept.filter((k) => k.version >= covered);
    this.#from = Math.max(this.#from, covered);
  }

  /** Begins anew with a text whose history is not known. */
  clear(from: number): void {
    this.#kept = [];
    this.#flushes = [];
    this.#from = from;
  }

  get length(): number {
    return this.#kept.length;
  }

  /** All updates from a version on; undefined when some of them are gone. Versions jump where a server went on from an older state. */
  since(version: number, now: number): readonly Kept[] | undefined {
    if (version > now || version < this.#from) return undefined;
    const first = this.#kept.findIndex((k) => k.version >= version);
    return first < 0 ? [] : this.#kept.slice(first);
  }

  /** The first of this page's own with a number above `n`. */
  firstOwnAfter(n: number): Kept | undefined {
    return this.#kept.find((k) => k.n !== undefined && k.n > n);
  }

  /** Forgets what comes after a version that the server went back to. */
  truncate(version: number): void {
    this.#kept = this.#kept.filter((k) => k.version < version);
    this.#flushes = this.#flushes.filter((f) => f.version <= version);
  }
}

/**
 * Takes foreign updates out of a run of accepted ones: what remains are this page's own, rebased onto the text before the
 * run, and `undo`, which turns the text after the run (and `pending`) into that text with only the own ones.
 */
export function withoutForeign(run: readonly Kept[], pending: readonly ChangeSet[], received: number, text: Text): { own: ChangeSet[]; undo: ChangeSet } {
  let undo: ChangeSet = Changes.empty((run[0]?.before ?? text).length);
  const own: ChangeSet[] = [];
  const keep = (changes: ChangeSet) => {
    own.push(changes.map(undo));
    undo = undo.map(changes, true);
  };
  for (const update of run) {
    if (update.n !== undefined && update.n > received) keep(update.changes);
    else undo = update.changes.invert(update.before).compose(undo);
  }
  pending.forEach(keep);
  return { own, undo };
}
