/** An error that the other side answered with; `reason` is a stable key. */
export class RpcError extends Error {
  constructor(readonly code: number, message: string, readonly reason?: string) {
    super(message);
    this.name = "RpcError";
  }
}

/** The connection went before the answer came: whether the request was carried out is not known. */
export class ConnectionLost extends Error {
  constructor() {
    super("The connection was lost.");
    this.name = "ConnectionLost";
  }
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Frame {
  id?: unknown;
  method?: unknown;
  params?: unknown;
  result?: unknown;
  error?: { code?: unknown; message?: unknown; data?: { reason?: unknown } | null } | null;
}

/**
 * The client's half of JSON-RPC 2.0 over one socket. Notifications are handled before `receive` returns, answers in a
 * microtask after it: so what a notification says has happened by the time that a later answer is seen.
 */
export class JsonRpc {
  readonly #pending = new Map<number, Pending>();
  readonly #send: (frame: string) => void;
  readonly #notified: (method: string, params: unknown) => void;
  #next = 1;
  #closed = false;

  constructor(send: (frame: string) => void, notified: (method: string, params: unknown) => void) {
    this.#send = send;
    this.#notified = notified;
  }

  get closed(): boolean {
    return this.#closed;
  }

  request(method: string, params: unknown): Promise<unknown> {
    if (this.#closed) return Promise.reject(new ConnectionLost());
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      try {
        this.#send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      } catch {
        this.#pending.delete(id);
        reject(new ConnectionLost());
      }
    });
  }

  receive(text: string): void {
    if (this.#closed) return;
    let frame: Frame | null;
    try {
      frame = JSON.parse(text) as Frame | null;
    } catch {
      return;
    }
    if (typeof frame !== "object" || frame === null) return;
    if (typeof frame.method === "string") {
      // Requests of the server come with a later minor version; only notifications are known to this one.
      if (frame.id == null) this.#notified(frame.method, frame.params);
      return;
    }
    const pending = typeof frame.id === "number" ? this.#pending.get(frame.id) : undefined;
    if (!pending) return;
    this.#pending.delete(frame.id as number);
    if (frame.error) {
      const { code, message, data } = frame.error;
      pending.reject(new RpcError(
        typeof code === "number" ? code : -32603,
        typeof message === "string" ? message.slice(0, 2000) : "The session answered with an error.",
        typeof data?.reason === "string" ? data.reason : undefined));
    } else {
      pending.resolve(frame.result ?? {});
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pending of this.#pending.values()) pending.reject(new ConnectionLost());
    this.#pending.clear();
  }
}
