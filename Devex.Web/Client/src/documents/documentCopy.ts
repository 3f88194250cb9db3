import { ChangeSet, type Text, type EditorState, type Transaction } from "@codemirror/state";
import type { DocumentUpdate, DocumentUpdates, OpenedDocument } from "../protocol/documents.js";
import { type CollabState, collabField, receive, renumber } from "./collab.js";
import type { Draft } from "./draft.js";
import { AcceptedUpdates } from "./history.js";
import { textOf } from "./lines.js";
import { goOnFrom, type Rejoined, takeBack } from "./rejoin.js";
import { insertedBy } from "./size.js";

/** Holder of the text: an editor on the page, or a bare state in tests. */
export interface DocumentHolder {
  readonly state: EditorState;
  apply(transactions: readonly Transaction[]): void;
}

// One frame may hold 9 MiB; what one push may hold stays well below, JSON escapes included.
const mostUpdates = 200;
const mostCharacters = 1_000_000;

/**
 * This page's copy of one document:
 *
 *      base (accepted, at `version`)  +  pending (ours, in order)  =  what the editor shows
 *
 * It takes in what `serve` has accepted, by anybody, and knows what is still to be told.
 */
export class DocumentCopy {
  readonly accepted: AcceptedUpdates;
  readonly #holder: DocumentHolder;
  readonly #client: string;
  #document: string;
  #confirmed: number;

  constructor(opened: OpenedDocument, client: string, holder: DocumentHolder) {
    this.accepted = new AcceptedUpdates(opened.version);
    this.#holder = holder;
    this.#client = client;
    this.#document = opened.document;
    this.#confirmed = opened.received[client] ?? 0;
  }

  get #collab(): CollabState {
    return this.#holder.state.field(collabField);
  }

  /** Id of the document whose versions are counted here. */
  get document(): string {
    return this.#document;
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

  /** How many of our updates were accepted; the next pending one has the number after it. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** What is needed to go on from here after the page was reloaded; undefined when `serve` has everything. */
  draft(path: string, lineEnding: string): Draft | undefined {
    const { base, version, pending } = this.#collab;
    if (pending.length === 0) return undefined;
    return {
      client: this.#client, confirmed: this.#confirmed, document: this.#document, path, version, lineEnding,
      base: base.toString(), pending: pending.map((changes) => changes.toJSON() as unknown),
    };
  }

  /** The first pending updates, as many as one push takes. */
  next(): DocumentUpdate[] {
    const updates: DocumentUpdate[] = [];
    let characters = 0;
    for (const changes of this.#collab.pending.slice(0, mostUpdates)) {
      const json: unknown = changes.toJSON();
      characters += insertedBy(changes) + 64;
      if (updates.length > 0 && characters > mostCharacters) break;
      updates.push({ client: this.#client, n: this.#confirmed + updates.length + 1, changes: json });
    }
    return updates;
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

  /** Applies what is new in a run of updates; false when there is a gap before it or it makes no sense. */
  receive(message: Pick<DocumentUpdates, "version" | "updates">): boolean {
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

  /** Goes on from what `serve` answered; false when it does not join what is held here, and only its whole text will do. */
  adopt(opened: OpenedDocument): boolean {
    const text = opened.text ?? undefined;
    if (text !== undefined) this.#goOnFrom(opened, textOf(text));
    else if (!this.#catchUp(opened)) return false;
    this.#document = opened.document;
    return true;
  }

  /** Receives what was missed. */
  #catchUp(opened: OpenedDocument): boolean {
    const updates = opened.updates ?? [];
    const base = opened.base ?? opened.version - updates.length;
    if (opened.document !== this.#document) return false;
    if (base !== this.version && !this.#takeBack(base)) return false;
    const version = opened.version - updates.length;
    if (version !== base) this.#holder.apply([renumber(this.#holder.state, version)]);
    return this.receive({ version, updates });
  }

  /** The server never wrote down what it had accepted after a version: foreign updates go, our own become pending again. */
  #takeBack(version: number): boolean {
    const rejoined = takeBack(this.#holder.state, this.accepted, version, this.#confirmed);
    if (!rejoined) return false;
    this.accepted.truncate(version);
    this.#rejoin(rejoined);
    return true;
  }

  #goOnFrom(opened: OpenedDocument, theirs: Text): void {
    const own = { client: this.#client, confirmed: this.#confirmed, document: this.#document };
    const rejoined = goOnFrom(this.#holder.state, this.accepted, opened, theirs, own);
    this.accepted.clear(opened.version);
    this.#rejoin(rejoined);
  }

  #rejoin({ confirmed, transaction }: Rejoined): void {
    this.#confirmed = confirmed;
    this.#holder.apply([transaction]);
  }
}
