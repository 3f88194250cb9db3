import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { WhenIdle } from "../src/layout/whenIdle.js";

let waiting = new Map<number, () => void>();
let done = 0;

/** The browser has time. */
function rest(): void {
  const now = waiting;
  waiting = new Map();
  for (const callback of now.values()) callback();
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let last = 0;
  waiting = new Map();
  done = 0;
  Object.assign(globalThis, {
    requestIdleCallback: (callback: () => void) => {
      waiting.set(++last, callback);
      return last;
    },
    cancelIdleCallback: (handle: number) => waiting.delete(handle),
  });
});

afterEach(() => {
  mock.timers.reset();
  Reflect.deleteProperty(globalThis, "requestIdleCallback");
});

test("What may wait is done once, and when there is time", () => {
  const later = new WhenIdle(() => done++);
  later.ask();
  later.ask();
  assert.equal(done, 0);
  rest();
  assert.equal(done, 1);
  assert.equal(waiting.size, 0);
  later.ask();
  rest();
  assert.equal(done, 2, "it can be asked for again");
});

test("Whoever stops has nothing done any more, and may ask again", () => {
  const later = new WhenIdle(() => done++);
  later.ask();
  later.stop();
  rest();
  assert.equal(done, 0);
  later.ask();
  rest();
  assert.equal(done, 1);
});

test("Where the browser does not tell when it has time, it is soon", () => {
  Reflect.deleteProperty(globalThis, "requestIdleCallback");
  const later = new WhenIdle(() => done++);
  later.ask();
  later.ask();
  mock.timers.tick(100);
  assert.equal(done, 1);
  later.ask();
  later.stop();
  mock.timers.tick(100);
  assert.equal(done, 1);
});
