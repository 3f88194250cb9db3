import { type Draft, parseDraft } from "./draft.js";

/** A document whose unconfirmed edits are to outlive a reload. */
export interface Drafted {
  /** Edits that are not confirmed; the draft has these, and is as long as the text. */
  readonly pending: number;
  readonly draft: Draft | undefined;
  kept: boolean;
}

interface Stored {
  /** The page that keeps it. */
  page: string;
  user: string;
  draft: unknown;
}

// Often enough that a crash costs a word; rarely enough that typing never waits for the store.
const pause = 250;

/**
 * Unconfirmed edits of this tab, in the tab's own storage: they outlive a reload and a crash of the page, not the closing of the tab.
 *
 * A tab that is duplicated takes a copy of its storage along. Two pages that sent one client's numbers would each lose what the other
 * typed, so each page holds a lock for as long as it lives, and takes over only what a page without one has left.
 */
export class DraftStore {
  readonly #storage: Storage;
  readonly #locks: LockManager | undefined;
  readonly #prefix: string;
  readonly #user: string;
  readonly #page: string;
  readonly #waiting = new Map<Drafted, ReturnType<typeof setTimeout>>();
  /** Keys by document, since what is confirmed has no draft that could tell. */
  readonly #keys = new Map<Drafted, string>();
  readonly #stop = new AbortController();

  constructor(replId: string, user: string, page: string, storage: Storage = sessionStorage, locks: LockManager | undefined = navigator.locks) {
    this.#prefix = `devex.draft.${replId}.`;
    this.#user = user;
    this.#page = page;
    this.#storage = storage;
    this.#locks = locks;
    void locks?.request(lockOf(page), () => new Promise<void>((resolve) => {
      this.#stop.signal.addEventListener("abort", () => resolve());
    })).catch(() => undefined);
  }

  /** What an earlier page of this tab has left. From now on it is this page's. */
  async take(): Promise<Draft[]> {
    const taken: Draft[] = [];
    for (const key of Object.keys(this.#storage).filter((k) => k.startsWith(this.#prefix))) {
      const stored = parse(this.#storage.getItem(key));
      const draft = stored?.user === this.#user ? parseDraft(stored.draft) : undefined;
      if (!stored || !draft || (stored.page !== this.#page && !await this.#isGone(stored.page))) {
        this.#storage.removeItem(key);
        continue;
      }
      this.#storage.setItem(key, JSON.stringify({ ...stored, page: this.#page } satisfies Stored));
      taken.push(draft);
    }
    return taken;
  }

  /** Something changed in a document: what it has not sent is written down soon, what it has sent is struck out now. */
  changed(document: Drafted): void {
    if (document.pending === 0) this.forget(document);
    else if (!this.#waiting.has(document)) this.#waiting.set(document, setTimeout(() => this.#keep(document), pause));
  }

  /** Writes down what waits: the page may be gone in a moment. */
  flush(): void {
    for (const document of [...this.#waiting.keys()]) this.#keep(document);
  }

  forget(document: Drafted): void {
    clearTimeout(this.#waiting.get(document));
    this.#waiting.delete(document);
    const key = this.#keys.get(document);
    if (key === undefined) return;
    this.#keys.delete(document);
    this.#storage.removeItem(key);
  }

  /** The document goes on from a draft that was taken. */
  adopt(document: Drafted, draft: Draft): void {
    this.#keys.set(document, this.#key(draft));
  }

  dispose(): void {
    this.flush();
    this.#stop.abort();
  }

  #keep(document: Drafted): void {
    clearTimeout(this.#waiting.get(document));
    this.#waiting.delete(document);
    const { draft } = document;
    if (!draft) return;
    const key = this.#key(draft);
    try {
      this.#storage.setItem(key, JSON.stringify({ page: this.#page, user: this.#user, draft } satisfies Stored));
      this.#keys.set(document, key);
      document.kept = true;
    } catch {
      // A browser keeps a few megabytes at most. What is there is older than what is shown, but it is better than nothing.
      document.kept = false;
    }
  }

  #key(draft: Draft): string {
    return `${this.#prefix}${draft.client}.${draft.document}`;
  }

  /** Whether a page does not live any more; one that is just being left takes a moment. */
  async #isGone(page: string): Promise<boolean> {
    if (!this.#locks) return true;
    return this.#locks.request(lockOf(page), { signal: AbortSignal.timeout(3000) }, () => true).catch(() => false);
  }
}

const lockOf = (page: string) => `devex.page.${page}`;

function parse(json: string | null): Stored | undefined {
  try {
    const value: unknown = JSON.parse(json ?? "null");
    if (typeof value !== "object" || value === null) return undefined;
    const stored = value as Partial<Stored>;
    return typeof stored.page === "string" && typeof stored.user === "string" ? (stored as Stored) : undefined;
  } catch {
    return undefined;
  }
}
