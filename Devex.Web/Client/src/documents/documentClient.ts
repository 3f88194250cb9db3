import { ChangeSet, type EditorState, type Text, type Transaction } from "@codemirror/state";
import type { DocumentUpdates, OpenDocument, OpenedDocument, PushedUpdates, PushUpdates, SessionInstant } from "../protocol/session.js";
import { ErrorCodes } from "../protocol/errorCodes.js";
import { ConnectionLost, RpcError } from "../session/jsonRpc.js";
import { AcceptedUpdates } from "./history.js";
import { type CollabState, collabField, receive, renumber } from "./collab.js";
import type { Draft } from "./draft.js";
import { textOf } from "./lines.js";
import { goOnFrom, takeBack } from "./rejoin.js";
import type { Receipt } from "./receipt.js";
import { type SaveState, saveState } from "./saveState.js";

/** Holder of the text: an editor on the page, or a bare state in tests. */
export interface DocumentHolder {
  readonly state: EditorState;
  apply(transactions: readonly Transaction[]): void;
}

/** The session, as one document needs it. Requests fail with ConnectionLost or RpcError. */
export interface DocumentServer {
  open(request: OpenDocument): Promise<OpenedDocument>;
  push(request: PushUpdates): Promise<PushedUpdates>;
}

// One frame may hold 9 MiB; what one push may hold stays well below, JSON escapes included.
const mostUpdates = 200;
const mostCharacters = 1_000_000;

/**
 * This page's half of one document. `serve` orders all updates; here they are
 *
 *      base (accepted, at `version`)  +  pending (ours, in order)  =  what the editor shows
 *
 * 1. An edit becomes pending and is pushed when no other push is in flight.
 * 2. `documents.updates` moves the base on, one update at a time; our own come back in it and leave pending.
 * 3. After a lost connection `connected` asks for what was missed. What we pushed may or may not have been accepted: it comes
 *    back among the missed, or is counted in `received`, or is still pending and is pushed again with the same numbers.
 * 4. A server that lost what it had accepted names an earlier `base`; our own updates since then become pending again.
 * 5. A server that does not know our base gives a text: the difference is one foreign update (rejoin.ts).
 */
export class DocumentClient {
  readonly #holder: DocumentHolder;
  readonly #server: DocumentServer;
  readonly #client: string;
  readonly #changed: () => void;
  readonly #later: (milliseconds: number, action: () => void) => void;
  readonly accepted: AcceptedUpdates;

  /** How many of our updates were accepted; the next pending one has the number after it. */
  #confirmed: number;
  #pushing = false;
  #resuming = false;
  /** Asks for the text, because what the server answered did not fit what is held here. */
  #blind = false;
  #stopped = false;
  #connection = 0;
  #failures = 0;
  #refusal: string | undefined;
  /** Why S3 does not hold the file as it is on disk: as Core has told, and as the saver says. */
  #unkept: string | undefined;
  #feared: string | undefined;

  document: string;
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
  flushedVersion: number;
  flushedAt: SessionInstant | undefined;
  /** Moment up to which S3 holds what was flushed, as Core has told: only this lets go of what is kept here. */
  savedAsOf: SessionInstant | undefined;
  flushProblem: string | undefined;

  constructor(
    opened: OpenedDocument, client: string, holder: DocumentHolder, server: DocumentServer, changed: () => void,
    later: (milliseconds: number, action: () => void) => void = (milliseconds, action) => void setTimeout(action, milliseconds),
  ) {
    this.#client = client;
    this.#holder = holder;
    this.#server = server;
    this.#changed = changed;
    this.#later = later;
    this.accepted = new AcceptedUpdates(opened.version);
    this.#confirmed = opened.received[client] ?? 0;
    this.document = opened.document;
    this.path = opened.path;
    this.lineEnding = opened.lineEnding;
    this.readOnly = opened.readOnly ?? undefined;
    this.flushedVersion = opened.flushedVersion;
    this.flushedAt = opened.flushedAt ?? undefined;
    if (opened.flushedAt) this.accepted.flushed(opened.flushedVersion, opened.flushedAt);
  }

  get #collab(): CollabState {
    return this.#holder.state.field(collabField);
  }

  /** The text that `serve` has, at `version`. */
  get base(): Text {
    return this.#collab.base;
  }

  get version(): number {
    return this.#collab.version;
  }

  /** Edits that `serve` has not confirmed. */
  get pending(): number {
    return this.#collab.pending.length;
  }

  /** What is needed to go on from here after the page was reloaded; undefined when `serve` has everything. */
  get draft(): Draft | undefined {
    const { base, version, pending } = this.#collab;
    if (pending.length === 0) return undefined;
    return {
      client: this.#client, confirmed: this.#confirmed, document: this.document, path: this.path, version, lineEnding: this.lineEnding,
      base: base.toString(), pending: pending.map((changes) => changes.toJSON() as unknown),
    };
  }

  get saveState(): SaveState {
    return saveState({
      kept: this.kept, live: this.live, frozen: this.frozen, pending: this.pending, version: this.version, flushedVersion: this.flushedVersion,
      flushedAt: this.flushedAt, savedAsOf: this.savedAsOf, problem: this.#refusal ?? this.flushProblem, deleted: this.deleted,
      readOnly: this.readOnly, notKept: this.#unkept ?? this.#feared,
    });
  }

  /** The editor made a change. */
  edited(): void {
    this.#push();
    this.#changed();
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
    if (!frozen) this.#push();
    this.#changed();
  }

  stop(): void {
    this.#stopped = true;
  }

  updates(message: DocumentUpdates): void {
    if (!this.#receive(message)) this.#resume();
    this.#push();
    this.#changed();
  }

  reset(opened: OpenedDocument): void {
    this.#adopt(opened);
    this.#push();
    this.#changed();
  }

  flushed(version: number, at: SessionInstant): void {
    this.flushedVersion = version;
    this.flushedAt = at;
    this.flushProblem = undefined;
    this.accepted.flushed(version, at);
    if (this.savedAsOf) this.accepted.saved(this.savedAsOf);
    this.#changed();
  }

  failed(message: string): void {
    this.flushProblem = message;
    this.#changed();
  }

  moved(path: string | undefined): void {
    if (path === undefined) this.deleted = true;
    else this.path = path;
    this.#changed();
  }

  /** Core has told of a restore point. */
  saved({ asOf, reason }: Receipt): void {
    this.#unkept = reason;
    if (reason === undefined) {
      if (this.savedAsOf?.bootId !== asOf.bootId || this.savedAsOf.nanoseconds < asOf.nanoseconds) this.savedAsOf = asOf;
      this.accepted.saved(asOf);
    }
    this.#changed();
  }

  /** The saver names the file as not held, or does not. Anybody with a shell could have written that: it may worry, it may not reassure. */
  looked(reason: string | undefined): void {
    if (this.#feared === reason) return;
    this.#feared = reason;
    this.#changed();
  }

  /** A position that counts in the text of `version`, in the text shown now; undefined when it cannot be told any more. */
  positionNow(version: number, position: number): number | undefined {
    const { pending, version: now } = this.#collab;
    const since = this.accepted.since(version, now);
    const length = since?.[0]?.before.length ?? this.#collab.base.length;
    if (!since || position < 0 || position > length) return undefined;
    const mapped = since.reduce((at, update) => update.changes.mapPos(at), position);
    return pending.reduce((at, changes) => changes.mapPos(at), mapped);
  }

  #push(): void {
    const { version, pending } = this.#collab;
    if (this.#stopped || this.#pushing || this.#resuming || !this.live || this.frozen || this.deleted || pending.length === 0) return;
    if (this.readOnly !== undefined || this.#refusal !== undefined) return;
    const updates: PushUpdates["updates"] = [];
    let characters = 0;
    for (const changes of pending.slice(0, mostUpdates)) {
      const json: unknown = changes.toJSON();
      characters += changes.newLength - changes.length + 64;
      if (updates.length > 0 && characters > mostCharacters) break;
      updates.push({ client: this.#client, n: this.#confirmed + updates.length + 1, changes: json });
    }
    const upTo = this.#confirmed + updates.length;
    const connection = this.#connection;
    this.#pushing = true;
    this.#server.push({ document: this.document, version, updates }).then(
      () => {
        if (connection !== this.#connection) return;
        this.#pushing = false;
        this.#failures = 0;
        // Our updates come before the answer. Where they did not, we and the server disagree on what was accepted.
        if (this.#confirmed < upTo && this.pending > 0) this.#resume();
        else this.#push();
        this.#changed();
      },
      (error: unknown) => {
        if (connection === this.#connection) this.#pushFailed(error);
      });
  }

  #pushFailed(error: unknown): void {
    this.#pushing = false;
    if (error instanceof ConnectionLost) return;
    const code = error instanceof RpcError ? error.code : undefined;
    if (code === ErrorCodes.frozen) {
      this.frozen = true;
    } else if (code === ErrorCodes.forbidden || code === ErrorCodes.tooLarge || code === ErrorCodes.full) {
      this.#refusal = (error as RpcError).message;
      // Room may be made at any time, and then edits go on by themselves.
      if (code === ErrorCodes.full) this.#tryAgain();
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
      this.#push();
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
        this.#push();
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

  /** Applies what is new in a run of updates; false when there is a gap before it or it makes no sense. */
  #receive(message: Pick<DocumentUpdates, "version" | "updates">): boolean {
    if (this.#resuming) return true;
    const known = this.version;
    if (message.version > known) return false;
    const transactions: Transaction[] = [];
    let state = this.#holder.state;
    let confirmed = this.#confirmed;
    try {
      for (const update of message.updates.slice(known - message.version)) {
        const changes = ChangeSet.fromJSON(update.changes);
        const { base, pending, version } = state.field(collabField);
        if (changes.length !== base.length) return false;
        const own = update.client === this.#client && update.n === confirmed + 1 && pending.length > 0;
        const transaction = receive(state, changes, own);
        if (own) confirmed++;
        // Of a page that was reloaded before it could write down what it had sent: the number is taken all the same.
        else if (update.client === this.#client) confirmed = Math.max(confirmed, update.n);
        this.accepted.add({ version, changes, before: base, n: own ? update.n : undefined });
        transactions.push(transaction);
        state = transaction.state;
      }
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    } finally {
      this.#confirmed = confirmed;
      if (transactions.length > 0) this.#holder.apply(transactions);
    }
    return true;
  }

  #adopt(opened: OpenedDocument): void {
    const text = opened.text ?? undefined;
    if (text !== undefined) {
      this.#goOnFrom(opened, textOf(text));
    } else if (!this.#catchUp(opened)) {
      this.#blind = true;
      this.#resume();
      return;
    }
    this.joined = true;
    this.document = opened.document;
    this.path = opened.path;
    this.deleted = false;
    this.readOnly = opened.readOnly ?? undefined;
    this.lineEnding = opened.lineEnding;
    this.flushedVersion = opened.flushedVersion;
    this.flushedAt = opened.flushedAt ?? undefined;
    if (opened.flushedAt) this.accepted.flushed(opened.flushedVersion, opened.flushedAt);
  }

  /** Receives what was missed; false when it does not join what is held here. */
  #catchUp(opened: OpenedDocument): boolean {
    const updates = opened.updates ?? [];
    const base = opened.base ?? opened.version - updates.length;
    if (opened.document !== this.document) return false;
    if (base !== this.version && !this.#takeBack(base)) return false;
    const version = opened.version - updates.length;
    if (version !== base) this.#holder.apply([renumber(this.#holder.state, version)]);
    return this.#receive({ version, updates });
  }

  /** The server never wrote down what it had accepted after a version: foreign updates go, our own become pending again. */
  #takeBack(version: number): boolean {
    const rejoined = takeBack(this.#holder.state, this.accepted, version, this.#confirmed);
    if (!rejoined) return false;
    this.#confirmed = rejoined.confirmed;
    this.accepted.truncate(version);
    this.#holder.apply([rejoined.transaction]);
    return true;
  }

  #goOnFrom(opened: OpenedDocument, theirs: Text): void {
    const own = { client: this.#client, confirmed: this.#confirmed, document: this.document };
    const rejoined = goOnFrom(this.#holder.state, this.accepted, opened, theirs, own);
    this.#confirmed = rejoined.confirmed;
    this.accepted.clear(opened.version);
    this.#holder.apply([rejoined.transaction]);
  }
}
