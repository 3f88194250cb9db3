import type { OpenedDocument } from "../protocol/documents.js";
import type { SessionInstant } from "../protocol/session.js";
import type { AcceptedUpdates } from "./history.js";
import type { Receipt } from "./receipt.js";

/** How far one document is written: into its file, as `serve` tells, and to S3, as Core and the saver tell. */
export class Durability {
  readonly #accepted: AcceptedUpdates;
  /** Why S3 does not hold the file as it is on disk: as Core has told, and as the saver says. */
  #unkept: string | undefined;
  #feared: string | undefined;

  flushedVersion = 0;
  flushedAt: SessionInstant | undefined;
  /** Why the file could not be written, in words. */
  flushProblem: string | undefined;
  /** Moment up to which S3 holds what was flushed, as Core has told: only this lets go of what is kept here. */
  savedAsOf: SessionInstant | undefined;

  constructor(opened: OpenedDocument, accepted: AcceptedUpdates) {
    this.#accepted = accepted;
    this.opened(opened);
  }

  get notKept(): string | undefined {
    return this.#unkept ?? this.#feared;
  }

  opened({ flushedVersion, flushedAt }: OpenedDocument): void {
    this.flushedVersion = flushedVersion;
    this.flushedAt = flushedAt ?? undefined;
    if (flushedAt) this.#accepted.flushed(flushedVersion, flushedAt);
  }

  flushed(version: number, at: SessionInstant): void {
    this.flushedVersion = version;
    this.flushedAt = at;
    this.flushProblem = undefined;
    this.#accepted.flushed(version, at);
    if (this.savedAsOf) this.#accepted.saved(this.savedAsOf);
  }

  /** Core has told of a restore point. */
  saved({ asOf, reason }: Receipt): void {
    this.#unkept = reason;
    if (reason !== undefined) return;
    if (this.savedAsOf?.bootId !== asOf.bootId || this.savedAsOf.nanoseconds < asOf.nanoseconds) this.savedAsOf = asOf;
    this.#accepted.saved(asOf);
  }

  /** The saver names the file as not held, or does not; whether that is news. Anybody with a shell could have written it: it may worry, it may not reassure. */
  looked(reason: string | undefined): boolean {
    if (this.#feared === reason) return false;
    this.#feared = reason;
    return true;
  }
}
