import assert from "node:assert/strict";
import { test } from "node:test";
import { sendFile, type SendPart, type UploadLine } from "../src/files/sendFile.js";
import { upload, type UploadProgress } from "../src/files/uploads.js";
import { Emitter } from "../src/session/emitter.js";
import { ConnectionLost, RpcError } from "../src/session/jsonRpc.js";

type Answer = (method: string, params: { upload?: string; path?: string }) => unknown;

/** A session that can be lost and come back. */
class Line extends Emitter<{ connection: string }> {
  live = true;
  token = "token";
  readonly asked: string[] = [];

  constructor(readonly answer: Answer) {
    super();
  }

  address = (path: string) => new URL(path, "http://session.invalid/");

  request(method: string, params: object): Promise<unknown> {
    if (!this.live) return Promise.reject(new ConnectionLost());
    this.asked.push(method);
    return Promise.resolve().then(() => this.answer(method, params));
  }

  becomesLive(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
      const look = () => {
        if (this.live) resolve();
      };
      this.on("connection", look);
      look();
    });
  }

  turn(live: boolean): void {
    this.live = live;
    this.emit("connection", live ? "live" : "reconnecting");
  }

  get asLine(): UploadLine {
    return this as unknown as UploadLine;
  }
}

const unknown = () => {
  throw new RpcError(404, "Nothing is known of it.", "files.upload");
};
const file = (size: number) => new File([new Uint8Array(size)], "photo.bin");
const sending = (size: number, more: object = {}) => ({ path: "photo.bin", file: file(size), overwrite: false, signal: new AbortController().signal, sent: () => undefined, waits: () => undefined, ...more });
const offsets = (parts: { address: string }[]) => parts.map(({ address }) => /^files\/photo\.bin\?upload=[a-z0-9]{16}&offset=(\d+)$/.exec(address)?.[1]);

/** Takes parts; each of `losses` says how many bytes the session has when that connection is lost. */
function parts(losses: number[]) {
  const taken: { address: string; size: number }[] = [];
  let has = 0;
  const send: SendPart = (_line, address, part) => {
    taken.push({ address, size: part.size });
    const loss = losses.shift();
    if (loss === undefined) return Promise.resolve(true);
    has = loss;
    return Promise.reject(new ConnectionLost());
  };
  return { taken, send, line: new Line(() => ({ bytes: has })) };
}

test("A file goes on where its connection was lost, under the name that it began with", async () => {
  const { taken, send, line } = parts([300, 700, 700, 900]);
  const [sent, waited, paused]: [number[], number[], number[]] = [[], [], []];
  assert.equal(await sendFile(line.asLine, sending(1000, { sent: (now: number) => sent.push(now), waits: () => waited.push(taken.length) }), send, (milliseconds) => {
    paused.push(milliseconds);
    return Promise.resolve();
  }), true);
  assert.deepEqual(offsets(taken), ["0", "300", "700", "700", "900"]);
  assert.deepEqual(taken.map(({ size }) => size), [1000, 700, 300, 300, 100]);
  assert.equal(new Set(taken.map(({ address }) => address.split("&")[0])).size, 1);
  assert.deepEqual([sent, waited], [[300, 700, 700, 900], [1, 2, 3, 4]]);
  // Only where nothing came.
  assert.equal(paused.length, 1);
});

test("A session that knows nothing of it gets it from its beginning, and one that has all of it gets nothing more", async () => {
  const { taken, send } = parts([500]);
  assert.equal(await sendFile(new Line(unknown).asLine, sending(1000), send, () => Promise.resolve()), true);
  assert.deepEqual(offsets(taken), ["0", "0"]);

  const whole = parts([1000]);
  assert.equal(await sendFile(new Line(() => ({ bytes: 0, version: "7" })).asLine, sending(1000), whole.send, () => Promise.resolve()), true);
  assert.equal(whole.taken.length, 1);
});

test("It waits for the connection, and sends nothing while there is none", async () => {
  const { taken, send, line } = parts([400]);
  let answer: ((sent: boolean) => void) | undefined;
  const hanging: SendPart = (of, address, part, overwrite, signal, sent) => new Promise((resolve, reject) => {
    // The first hangs, as on a network that is gone, until it is told that the session's own connection was lost.
    signal.addEventListener("abort", () => void send(of, address, part, overwrite, signal, sent).then(resolve, reject));
    if (taken.length > 0) answer = resolve;
  });
  const over = sendFile(line.asLine, sending(1000), hanging, () => Promise.resolve());
  await settle();
  assert.equal(taken.length, 0);
  line.turn(false);
  await settle();
  assert.deepEqual([taken.length, line.asked], [1, []]);
  line.turn(true);
  await settle();
  assert.deepEqual(line.asked, ["files.uploaded"]);
  answer!(true);
  assert.equal(await over, true);
});

test("Lost three times at the same place, it says so and asks the session to forget it", async () => {
  const { taken, send, line } = parts([200, 200, 200, 200]);
  await assert.rejects(sendFile(line.asLine, sending(1000), send, () => Promise.resolve()), /photo\.bin: the connection was lost 3 times at the same place, after 200 B of 1\.0 KB\. .*ask who runs this Devex/);
  assert.deepEqual(offsets(taken), ["0", "200", "200", "200"]);
  assert.equal(line.asked.at(-1), "files.cancelUpload");
});

test("What is refused is not tried again, and named; what is there already is said to be", async () => {
  const line = new Line(() => ({}));
  await assert.rejects(sendFile(line.asLine, sending(10), () => Promise.reject(new Error("No room is left."))), /^Error: photo\.bin: No room is left\.$/);
  assert.deepEqual(line.asked, ["files.cancelUpload"]);
  assert.equal(await sendFile(line.asLine, sending(10), () => Promise.resolve(false)), false);
});

test("A file that changed under the browser is not taken for a lost connection", async () => {
  const { send, line } = parts([0]);
  const gone = file(10);
  gone.slice = () => ({ size: 1, arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) }) as unknown as Blob;
  await assert.rejects(sendFile(line.asLine, { ...sending(10), file: gone }, send), /photo\.bin: the file changed or went away/);
});

test("Cancelled while it is sent, or while it waits, it ends and is forgotten", async () => {
  for (const waiting of [false, true]) {
    const { taken, send, line } = parts([1]);
    const stop = new AbortController();
    const hanging: SendPart = (of, address, part, overwrite, signal, sent) => new Promise((resolve, reject) =>
      signal.addEventListener("abort", () => void send(of, address, part, overwrite, signal, sent).then(resolve, reject)));
    const over = sendFile(line.asLine, sending(10, { signal: stop.signal }), hanging);
    if (waiting) {
      line.turn(false);
      await settle();
      assert.equal(taken.length, 1);
    }
    stop.abort(new DOMException("Cancelled", "AbortError"));
    await assert.rejects(over, { name: "AbortError" });
    if (!waiting) assert.deepEqual(line.asked, ["files.cancelUpload"]);
  }
});

test("Of many files each is put in turn; what is there is asked about, and the connection may go in between", async () => {
  const there = ["in/b"];
  const line: Line = new Line((method, { path }) => {
    if (method === "files.stat" && !there.includes(path!)) unknown();
    return {};
  });
  const [put, told, asked]: [string[], UploadProgress[], string[]] = [[], [], []];
  let came = 0;
  const over = upload(line.asLine, "in", ["a", "b", "c/d"].map((path) => ({ path, file: file(4) })), {
    signal: new AbortController().signal, progress: (now) => told.push(now), came: () => came++,
    exists: (path) => {
      asked.push(path);
      if (asked.length === 1) line.turn(false);
      return Promise.resolve(false);
    },
  }, (_line, { path, overwrite }) => {
    put.push(`${path} ${overwrite}`);
    // Somebody else was faster.
    return Promise.resolve(path !== "in/a" || overwrite);
  });
  await settle();
  assert.deepEqual([put, asked], [["in/a false"], ["in/a"]]);
  assert.ok(told.at(-1)!.waits);
  line.turn(true);
  await over;
  assert.deepEqual([put, asked, came], [["in/a false", "in/c/d false"], ["in/a", "in/b"], 1]);
  assert.deepEqual({ ...told.at(-1) }, { done: 8, total: 12, files: 3, name: "c/d", waits: false });
});

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
