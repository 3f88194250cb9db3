// A small `serve`, as far as documents go, and a network between it and clients that delays, drops and repeats.
import type { Text} from "@codemirror/state";
import { ChangeSet, EditorState, type Transaction } from "@codemirror/state";
import { collab } from "../src/documents/collab.js";
import { DocumentClient, type DocumentServer } from "../src/documents/documentClient.js";
import type { DocumentHolder } from "../src/documents/documentCopy.js";
import { type Draft, openedFrom, pendingOf } from "../src/documents/draft.js";
import { lines, textOf } from "../src/documents/lines.js";
import type { DocumentUpdate, DocumentUpdates, OpenDocument, OpenedDocument, PushUpdates } from "../src/protocol/documents.js";
import { ErrorCodes } from "../src/protocol/errorCodes.js";
import { ConnectionLost, RpcError } from "../src/session/jsonRpc.js";

export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed * 2654435761 + 1;
  }
  next(): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
}

interface Accepted {
  client: string;
  n: number;
  changes: ChangeSet;
}

export class Authority {
  document = "doc-1";
  log: Accepted[] = [];
  /** Version of the first update in the log; older ones are trimmed. */
  trimmed = 0;
  /** Where the branch before was left, when this one began with a crash. */
  fork: number | undefined;
  text: Text;
  start: Text;
  /** Characters that a text may have. */
  most = Infinity;
  readonly listeners = new Set<(message: DocumentUpdates) => void>();

  constructor(text: string) {
    this.text = this.start = textOf(text);
  }

  get version(): number {
    return this.trimmed + this.log.length;
  }

  received(): Record<string, number> {
    const received: Record<string, number> = {};
    for (const update of this.all) received[update.client] = Math.max(received[update.client] ?? 0, update.n);
    return received;
  }

  all: Accepted[] = [];

  push({ document, version, updates }: PushUpdates): void {
    if (document !== this.document) throw new RpcError(ErrorCodes.notFound, "No such document.");
    if (version < this.trimmed || version > this.version) throw new RpcError(ErrorCodes.conflict, "Version not known.");
    const received = this.received();
    // Those of the run that were accepted before stand in the log, too: they are neither applied again nor rebased over.
    let run = updates.map((u) => ({ client: u.client, n: u.n, changes: ChangeSet.fromJSON(u.changes) }));
    for (const over of this.log.slice(version - this.trimmed)) {
      if (run[0] && over.client === run[0].client && over.n === run[0].n) {
        run = run.slice(1);
        continue;
      }
      let changes = over.changes;
      run = run.map((update) => {
        const moved = { ...update, changes: update.changes.map(changes) };
        changes = changes.map(update.changes, true);
        return moved;
      });
    }
    run = run.filter((u) => u.n > (received[u.client] ?? 0));
    const length = run.at(-1)?.changes.newLength ?? 0;
    if (length > this.most && length > this.text.length) throw new RpcError(ErrorCodes.tooLarge, "Too large.");
    if (run.length > 0) this.accept(run);
  }

  accept(run: Accepted[]): void {
    const version = this.version;
    for (const update of run) {
      this.text = update.changes.apply(this.text);
      this.log.push(update);
      this.all.push(update);
    }
    const message = { document: this.document, version, updates: run.map(json) };
    for (const listener of this.listeners) listener(message);
  }

  /** A program changed the file. */
  external(changes: ChangeSet, n: number): void {
    this.accept([{ client: "disk", n, changes }]);
  }

  open({ resume }: OpenDocument): OpenedDocument {
    const mine = resume?.document === this.document ? resume.version : -1;
    const covered = mine >= this.trimmed && mine <= this.version;
    const forked = this.fork !== undefined && branch + this.fork === this.trimmed && mine >= this.fork && mine < this.fork + branch / 2;
    const base = covered ? mine : forked ? this.fork : undefined;
    return {
      document: this.document, path: "a.txt", version: this.version, lineEnding: "lf", received: this.received(), flushedVersion: 0,
      text: base === undefined ? this.text.toString() : null,
      updates: base === undefined ? null : this.log.slice(covered ? mine - this.trimmed : 0).map(json),
      base: base ?? null,
    };
  }

  trim(keep: number): void {
    const gone = Math.max(0, this.log.length - keep);
    for (const update of this.log.slice(0, gone)) this.start = update.changes.apply(this.start);
    this.log = this.log.slice(gone);
    this.trimmed += gone;
  }

  /** Everything after a version is lost, as after a node that burnt; what comes is counted in the next branch. */
  crash(version: number): void {
    const kept = this.log.slice(0, Math.max(0, version - this.trimmed));
    this.all = this.all.slice(0, this.all.length - (this.log.length - kept.length));
    this.text = this.start = kept.reduce((text, update) => update.changes.apply(text), this.start);
    this.fork = this.trimmed + kept.length;
    this.trimmed = this.fork + branch;
    this.log = [];
  }
}

const branch = 10_000_000_000;

const json = (update: Accepted): DocumentUpdate => ({ client: update.client, n: update.n, changes: JSON.parse(JSON.stringify(update.changes.toJSON())) as unknown });

/** One page: a bare editor state and its document client, joined to the authority by queues that the test moves on. */
export class Page implements DocumentHolder, DocumentServer {
  readonly client: DocumentClient;
  state: EditorState;
  #toServer: (() => void)[] = [];
  #toPage: (() => void)[] = [];
  #listener: ((message: DocumentUpdates) => void) | undefined;
  #pending = new Set<(error: Error) => void>();
  #delayed: (() => void)[] = [];
  /** Something was edited since the last frame. */
  #undrawn = false;
  online = true;

  /** Opens the document, or goes on from what an earlier page had left. */
  constructor(readonly authority: Authority, readonly name: string, draft?: Draft) {
    const opened = draft ? openedFrom(draft) : authority.open({ path: "a.txt" });
    this.state = EditorState.create({ doc: textOf(opened.text ?? ""), extensions: [lines, collab(opened.version)] });
    this.client = new DocumentClient(opened, name, this, this, () => undefined, (_, action) => this.#delayed.push(action));
    if (!draft) {
      this.#join();
      return;
    }
    this.online = this.client.joined = false;
    this.client.disconnected();
    for (const changes of pendingOf(draft)) {
      this.state = this.state.update({ changes }).state;
      this.client.edited();
      this.client.push();
    }
    this.connect();
  }

  apply(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.state = transaction.state;
  }

  edit(from: number, to: number, insert: string): void {
    this.state = this.state.update({ changes: { from, to, insert } }).state;
    this.client.edited();
    this.#undrawn = true;
  }

  open(request: OpenDocument): Promise<OpenedDocument> {
    return this.#request(() => {
      this.#join();
      return this.authority.open(request);
    });
  }

  push(request: PushUpdates): Promise<{ version: number }> {
    return this.#request(() => {
      this.authority.push(request);
      return { version: this.authority.version };
    });
  }

  /** Makes a frame, behind which the page pushes, or moves one message in either direction; false when there is neither. */
  async step(random: Random): Promise<boolean> {
    const quiet = this.#toServer.length === 0 && this.#toPage.length === 0;
    if (this.#undrawn && (quiet || random.next() < 0.5)) {
      this.#undrawn = false;
      this.client.push();
      return true;
    }
    const queue = random.next() < 0.5 ? [this.#toServer, this.#toPage] : [this.#toPage, this.#toServer];
    const action = queue[0]?.shift() ?? queue[1]?.shift() ?? (this.online ? this.#delayed.shift() : undefined);
    if (!action) return false;
    action();
    await settle();
    return true;
  }

  /** The time is up of everything that waits for it. */
  pass(): void {
    for (const action of this.#delayed.splice(0)) action();
  }

  disconnect(): void {
    if (!this.online) return;
    this.online = false;
    if (this.#listener) this.authority.listeners.delete(this.#listener);
    // What the server has not read is lost or not, as it happens; what it answered is lost.
    this.#toPage = [];
    this.#delayed = [];
    for (const fail of this.#pending) {
      const lost = new ConnectionLost();
      fail(lost);
    }
    this.#pending.clear();
    this.client.disconnected();
  }

  /** The server still reads what was on its way when the connection broke. */
  deliverLate(): void {
    for (const action of this.#toServer.splice(0)) action();
    this.#toPage = [];
    if (this.#listener) this.authority.listeners.delete(this.#listener);
  }

  connect(): void {
    if (this.online) return;
    this.online = true;
    this.#toServer = [];
    this.client.connected();
  }

  #join(): void {
    if (this.#listener) this.authority.listeners.delete(this.#listener);
    this.#listener = (message) => {
      this.#toPage.push(() => this.client.updates(message));
    };
    this.authority.listeners.add(this.#listener);
  }

  #request<T>(handle: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#pending.add(reject);
      const done = (action: () => void) => {
        this.#toPage.push(() => {
          if (this.#pending.delete(reject)) action();
        });
      };
      this.#toServer.push(() => {
        try {
          const answer = handle();
          done(() => resolve(answer));
        } catch (error) {
          done(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      });
    });
  }
}

export const settle = async () => {
  for (let i = 0; i < 4; i++) await Promise.resolve();
};

export async function quiet(pages: Page[], random: Random): Promise<void> {
  for (let round = 0; round < 10_000; round++) {
    let moved = false;
    for (const page of pages) moved = (await page.step(random)) || moved;
    if (!moved) return;
  }
  throw new Error("The pages never came to rest.");
}
