import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/session/backoff.js";
import { Emitter } from "../src/session/emitter.js";
import { ConnectionLost, JsonRpc, RpcError } from "../src/session/jsonRpc.js";

function connection() {
  const sent: { id: number; method: string; params: unknown }[] = [];
  const notified: [string, unknown][] = [];
  const rpc = new JsonRpc((frame) => sent.push(JSON.parse(frame) as (typeof sent)[0]), (method, params) => notified.push([method, params]));
  const answer = (index: number, rest: object) => rpc.receive(JSON.stringify({ jsonrpc: "2.0", id: sent[index]?.id, ...rest }));
  return { rpc, sent, notified, answer };
}

test("Answers find their requests in any order", async () => {
  const { rpc, sent, answer } = connection();
  const first = rpc.request("files.list", { path: "" });
  const second = rpc.request("files.stat", { path: "a" });
  assert.deepEqual(sent.map((frame) => frame.method), ["files.list", "files.stat"]);
  answer(1, { result: { name: "a" } });
  answer(0, { result: { entries: [] } });
  assert.deepEqual(await first, { entries: [] });
  assert.deepEqual(await second, { name: "a" });
});

test("An error arrives with its code, message and reason", async () => {
  const { rpc, answer } = connection();
  const request = rpc.request("files.create", {});
  answer(0, { error: { code: 409, message: "It exists.", data: { reason: "files.exists" } } });
  await assert.rejects(request, (error: unknown) => error instanceof RpcError && error.code === 409 && error.reason === "files.exists" && error.message === "It exists.");
});

test("A notification is handled before an answer that came after it", async () => {
  const { rpc, notified, answer } = connection();
  const seen: number[] = [];
  const request = rpc.request("documents.push", {}).then(() => seen.push(notified.length));
  rpc.receive(JSON.stringify({ jsonrpc: "2.0", method: "documents.updates", params: { version: 1 } }));
  answer(0, { result: {} });
  await request;
  assert.deepEqual(seen, [1]);
});

test("A lost connection fails what is under way and what comes after", async () => {
  const { rpc } = connection();
  const request = rpc.request("session.ping", {});
  rpc.close();
  await assert.rejects(request, ConnectionLost);
  await assert.rejects(rpc.request("session.ping", {}), ConnectionLost);
});

test("Frames that make no sense are passed over", async () => {
  const { rpc, notified, answer } = connection();
  const request = rpc.request("session.ping", {});
  for (const frame of ["", "{", "null", "[]", "7", '{"id":99,"result":1}', '{"id":"x","result":1}', '{"method":7}']) rpc.receive(frame);
  assert.deepEqual(notified, []);
  answer(0, {});
  assert.deepEqual(await request, {});
});

test("A send that throws is a lost connection", async () => {
  const rpc = new JsonRpc(() => {
    throw new Error("closed");
  }, () => undefined);
  await assert.rejects(rpc.request("session.ping", {}), ConnectionLost);
});

test("Waiting grows from a second to fifteen and starts again after a success", () => {
  const backoff = new Backoff(() => 1);
  assert.deepEqual(Array.from({ length: 6 }, () => backoff.next()), [1000, 2000, 4000, 8000, 15_000, 15_000]);
  backoff.reset();
  assert.equal(backoff.next(), 1000);
  const jittered = new Backoff(() => 0);
  assert.equal(jittered.next(), 750);
});

test("A listener that was taken off hears nothing more", () => {
  const emitter = new Emitter<{ said: string }>();
  const heard: string[] = [];
  const off = emitter.on("said", (word) => heard.push(word));
  emitter.emit("said", "one");
  off();
  emitter.emit("said", "two");
  assert.deepEqual(heard, ["one"]);
});
