import assert from "node:assert/strict";
import { test } from "node:test";
import type { PreviewRequest } from "../src/protocol/requests.js";
import { isFailed, methodOf, RequestModel, statusOf } from "../src/run/requestModel.js";

const request = (number: number, changes: Partial<PreviewRequest> = {}): PreviewRequest => ({
  number, port: 3000, at: "2025-03-01T10:00:00Z", method: "GET", path: `/${number}`, hasQuery: false, status: 200, milliseconds: 3, bytes: 10, webSocket: false, byLink: false, ...changes,
});
const numbers = (model: RequestModel, filter = "", port = 3000) => model.shown(port, filter).map((r) => r.number);

test("The newest request is first, and the last 200 are kept", () => {
  const model = new RequestModel();
  model.take(Array.from({ length: 150 }, (_, i) => request(i + 1)));
  model.take(Array.from({ length: 150 }, (_, i) => request(i + 151)));
  const shown = numbers(model);
  assert.deepEqual([shown.length, shown[0], shown.at(-1)], [200, 300, 101]);
});

test("A request that ends takes the place of its beginning", () => {
  const model = new RequestModel();
  model.take([request(1, { webSocket: true, status: 101, milliseconds: null }), request(2)]);
  assert.equal(statusOf(model.shown(3000, "ws")[0]!), "open");
  model.take([request(1, { webSocket: true, status: 101, milliseconds: 900 })]);
  assert.deepEqual(numbers(model), [2, 1]);
  assert.equal(statusOf(model.shown(3000, "ws")[0]!), "closed");
});

test("What is cleared does not come back when the connection does, and what comes later shows", () => {
  const model = new RequestModel();
  model.take([request(1), request(2)]);
  model.clear();
  model.take([request(1), request(2), request(3)]);
  assert.deepEqual(numbers(model), [3]);
  model.reset();
  model.take([request(1)]);
  assert.deepEqual(numbers(model), [1]);
});

test("Words of the filter are found in method, path and status, among the requests of the port", () => {
  const model = new RequestModel();
  model.take([
    request(1, { path: "/api/users", status: 500 }), request(2, { path: "/api/users", method: "POST", status: 201 }), request(3, { path: "/logo.svg", byLink: true }),
    request(4, { port: 5173 }), request(5, { path: "/gone", status: null }),
  ]);
  assert.deepEqual(numbers(model, "api post"), [2]);
  assert.deepEqual(numbers(model, "error"), [1]);
  assert.deepEqual(numbers(model, "LINK"), [3]);
  assert.deepEqual(numbers(model, "left"), [5]);
  assert.deepEqual(numbers(model, "", 5173), [4]);
  assert.ok(isFailed(request(1, { status: 404 })) && !isFailed(request(1, { status: 304 })) && !isFailed(request(1, { status: null })));
  assert.equal(methodOf(request(1, { webSocket: true })), "WS");
});
