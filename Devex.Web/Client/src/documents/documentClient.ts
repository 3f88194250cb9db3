import type { Text } from "@codemirror/state";
import type { DocumentUpdates, OpenDocument, OpenedDocument, PushedUpdates, PushUpdates } from "../protocol/documents.js";
import { ErrorCodes } from "../protocol/errorCodes.js";
import type { SessionInstant } from "../protocol/session.js";
import { ConnectionLost, RpcError } from "../session/jsonRpc.js";
import { DocumentCopy, type DocumentHolder } from "./documentCopy.js";
import type { Draft } from "./draft.js";
import { Durability } from "./durability.js";
import type { AcceptedUpdates } from "./history.js";
import type { Receipt } from "./receipt.js";
import { type SaveState, saveState } from "./saveState.js";

/** The session, as one document needs it. Requests fail with ConnectionLost or RpcError. */
export interface DocumentServer {
  open(request: OpenDocument): Promise<OpenedDocument>;
  push(request: PushUpdates): Promise<PushedUpdates>;
}

/**
 * This page's half of one document: it keeps its copy (documentCopy.ts) and that of `serve`, which orders all updates, alike.
 *
 * 1. An edit becomes pending, and `push` sends what is, when no other push is in flight; what is pending then goes behind it, unless the page ends before.
 * 2. `documents.updates` moves the base on, one update at a time; our own come back in it and leave pending.
 * 3. After a lost connection `connected` asks for what was missed. What we pushed may or may not have been accepted: it comes
 *    back among the missed, or is counted in `received`, or is still pending and is pushed again with the same numbers.
 * 4. A server that lost what it had accepted names an earlier `base`; our own updates since then become pending again.
 * 5. A server that does not know our base gives a text: the difference is one foreign update (rejoin.ts).
 */
export class DocumentClient {
  readonly #copy: DocumentCopy;
  readonly #durability: Durability;
  readonly #server: DocumentServer;
  readonly #changed: () => void;
  readonly #later: (milliseconds: number, action: () => void) => void;
  #pushing = false;
  /** How many of our updates `serve` has or are on their way to it, while a push is in flight. */
  #sent = 0;
  #resuming = false;
  /** Asks for the text, because what the server answered did not fit what is held here. */
  #blind = false;
  #stopped = false;
  #connection = 0;
  #failures = 0;
  #refusal: string | undefined;
  /** Each looks whether what it waits for has come. */
  readonly #waiting = new Set<() => void>();

  path: string;
  live = true;
  /** Whether unconfirmed edits outlive a reload of the page. */
  kept = true;
  /** False for a page that goes on from a draft until `serve` has told what it had of it: only then are new numbers safe. */
  joined = true;
  frozen = false;
  deleted = false;
  readOnly: string | undefined;
  lineEnding: string;

  constructor(
    opened: OpenedDocument, client: string, holder: DocumentHolder, server: DocumentServer, changed: () => void,
    later: (milliseconds: number, action: () => void) => void = (milliseconds, action) => void setTimeout(action, milliseconds),
  ) {
    this.#copy = new DocumentCopy(opened, client, holder);
    this.#durability = new Durability(opened, this.#copy.accepted);
    this.#server = server;
    this.#changed = () => {
      changed();
      for (const look of [...this.#waiting]) look();
    };
    this.#later = later;
    this.path = opened.path;
    this.lineEnding = opened.lineEnding;
    this.readOnly = opened.readOnly ?? undefined;
  }

  get document(): string {
    return this.#copy.document;
  }

  /** The text that `serve` has, at `version`. */
  get base(): Text {
    return this.#copy.base;
  }

  get version(): number {
    return this.#copy.version;
  }

  /** Edits that `serve` has not confirmed. */
  get pending(): number {
    return this.#copy.pending;
  }

  get accepted(): AcceptedUpdates {
    return this.#copy.accepted;
  }

  /** What is needed to go on from here after the page was reloaded; undefined when `serve` has everything. */
  get draft(): Draft | undefined {
    return this.#copy.draft(this.path, this.lineEnding);
  }

  get saveState(): SaveState {
    const { flushedVersion, flushedAt, savedAsOf, flushProblem, notKept } = this.#durability;
    return saveState({
      kept: this.kept, live: this.live, frozen: this.frozen, pending: this.pending, version: this.version, flushedVersion, flushedAt, savedAsOf,
      problem: this.#refusal ?? flushProblem, deleted: this.deleted, readOnly: this.readOnly, notKept,
    });
  }

  /** The editor made a change; `push` sends it. */
  edited(): void {
    this.#changed();
  }

  /** Sends what `serve` does not have. */
  push(): void {
    if (!this.#mayPush || this.#pushing || this.#resuming || this.pending === 0) return;
    const updates = this.#copy.next();
    const upTo = this.#copy.confirmed + updates.length;
    const connection = this.#connection;
    this.#pushing = true;
    this.#sent = upTo;
    this.#server.push({ document: this.document, version: this.version, updates }).then(
      () => {
        if (connection !== this.#connection) return;
        this.#pushing = false;
        this.#failures = 0;
        // Our updates come before the answer. Where they did not, we and the server disagree on what was accepted.
        if (this.#copy.confirmed < upTo && this.pending > 0) this.#resume();
        else this.push();
        this.#changed();
      },
      (error: unknown) => {
        if (connection === this.#connection) this.#pushFailed(error);
      });
  }

  /** Sends what `serve` does not have also behind a push that is in flight, and what that one has once more, since `serve` takes each update once: the page may be gone before an answer comes. */
  hurry(): void {
    this.push();
    if (!this.#mayPush || !this.#pushing || this.#resuming || this.#copy.confirmed + this.pending <= this.#sent) return;
    const updates = this.#copy.next();
    this.#sent = this.#copy.confirmed + updates.length;
    // What becomes of it, the answer to the push before it finds out.
    this.#server.push({ document: this.document, version: this.version, updates }).catch(() => undefined);
  }

  /** Sends what is left. True once `serve` has all of it; false when it cannot get it now, or has not after `wait` milliseconds. */
  deliver(wait: number): Promise<boolean> {
    this.push();
    return new Promise((resolve) => {
      const look = () => {
        if (this.pending > 0 && this.#mayPush) return;
        this.#waiting.delete(look);
        resolve(this.pending === 0);
      };
      this.#waiting.add(look);
      this.#later(wait, () => {
        if (this.#waiting.delete(look)) resolve(false);
      });
      look();
    });
  }

  /** A connection is live: `serve` is asked for what was missed. */
  connected(): void {
    this.#connection++;
    this.live = true;
    this.#pushing = false;
    this.#resuming = false;
    this.#failures = 0;
    this.#refusal = undefined;
    this.#resume();
  }

  disconnected(): void {
    this.#connection++;
    this.live = false;
    this.#pushing = false;
    this.#resuming = false;
    this.#changed();
  }

  freeze(frozen: boolean): void {
    this.frozen = frozen;
    if (!frozen) this.push();
    this.#changed();
  }

  stop(): void {
    this.#stopped = true;
  }

  updates(message: DocumentUpdates): void {
    // While it is asked for what was missed, the answer has this too.
    if (!this.#resuming && !this.#copy.receive(message)) this.#resume();
    this.push();
    this.#changed();
  }

  reset(opened: OpenedDocument): void {
    this.#adopt(opened);
    this.push();
    this.#changed();
  }

  flushed(version: number, at: SessionInstant): void {
    this.#durability.flushed(version, at);
    this.#changed();
  }

  failed(message: string): void {
    this.#durability.flushProblem = message;
    this.#changed();
  }

  moved(path: string | undefined): void {
    if (path === undefined) this.deleted = true;
    else this.path = path;
    this.#changed();
  }

  /** Core has told of a restore point. */
  saved(receipt: Receipt): void {
    this.#durability.saved(receipt);
    this.#changed();
  }

  /** The saver names the file as not held, or does not. */
  looked(reason: string | undefined): void {
    if (this.#durability.looked(reason)) this.#changed();
  }

  /** A position that counts in the text of `version`, in the text shown now; undefined when it cannot be told any more. */
  positionNow(version: number, position: number): number | undefined {
    return this.#copy.positionNow(version, position);
  }

  get #mayPush(): boolean {
    return !this.#stopped && this.live && !this.frozen && !this.deleted && this.readOnly === undefined && this.#refusal === undefined;
  }

  #pushFailed(error: unknown): void {
    this.#pushing = false;
    if (error instanceof ConnectionLost) return;
    const code = error instanceof RpcError ? error.code : undefined;
    if (code === ErrorCodes.frozen) {
      this.frozen = true;
    } else if (code === ErrorCodes.forbidden || code === ErrorCodes.tooLarge || code === ErrorCodes.full) {
      this.#refusal = (error as RpcError).message;
      // Room may be made at any time, on the disk or in the text, and then edits go on by themselves.
      if (code !== ErrorCodes.forbidden) this.#tryAgain();
    } else {
      // Unknown document, or a version that the log no longer reaches back to: begin from what the server has now.
      const delay = Math.min(100 * 2 ** this.#failures++, 10_000);
      const connection = this.#connection;
      this.#later(delay, () => {
        if (connection === this.#connection) this.#resume();
      });
    }
    this.#changed();
  }

  #tryAgain(): void {
    const connection = this.#connection;
    this.#later(5000, () => {
      if (connection !== this.#connection) return;
      this.#refusal = undefined;
      this.push();
      this.#changed();
    });
  }

  #resume(): void {
    if (this.#resuming || !this.live || this.#stopped) return;
    this.#resuming = true;
    const connection = this.#connection;
    const resume = this.#blind ? {} : { resume: { document: this.document, version: this.version } };
    this.#blind = false;
    this.#server.open({ path: this.path, ...resume }).then(
      (opened) => {
        if (connection !== this.#connection || this.#stopped) return;
        this.#resuming = false;
        this.#adopt(opened);
        this.push();
        this.#changed();
      },
      (error: unknown) => {
        if (connection !== this.#connection) return;
        this.#resuming = false;
        if (error instanceof RpcError && error.code === ErrorCodes.notFound) {
          this.deleted = true;
          this.joined = true;
        }
        else if (error instanceof RpcError && (error.code === ErrorCodes.wrongKind || error.code === ErrorCodes.tooLarge)) this.#refusal = error.message;
        else if (!(error instanceof ConnectionLost)) {
          this.#later(Math.min(500 * 2 ** this.#failures++, 15_000), () => {
            if (connection === this.#connection) this.#resume();
          });
        }
        this.#changed();
      });
  }

  #adopt(opened: OpenedDocument): void {
    if (!this.#copy.adopt(opened)) {
      this.#blind = true;
      this.#resume();
      return;
    }
    this.joined = true;
    this.path = opened.path;
    this.deleted = false;
    this.readOnly = opened.readOnly ?? undefined;
    this.lineEnding = opened.lineEnding;
    this.#durability.opened(opened);
  }
}
