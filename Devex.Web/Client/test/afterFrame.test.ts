import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { AfterFrame } from "../src/layout/afterFrame.js";

let frames = new Map<number, () => void>();
let done = 0;

/** The browser makes a frame; what it hears meanwhile comes after. */
function draw(): void {
  const now = frames;
  frames = new Map();
  for (const callback of now.values()) callback();
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let last = 0;
  frames = new Map();
  done = 0;
  Object.assign(globalThis, {
    requestAnimationFrame: (callback: () => void) => {
      frames.set(++last, callback);
      return last;
    },
    cancelAnimationFrame: (frame: number) => frames.delete(frame),
  });
});

afterEach(() => mock.timers.reset());

test("What may wait is done once, and when the frame is made", () => {
  const later = new AfterFrame(() => done++);
  later.ask();
  later.ask();
  draw();
  later.ask();
  assert.equal(done, 0, "the frame does not wait for it");
  mock.timers.tick(1);
  assert.equal(done, 1);
  assert.equal(frames.size, 0);
  later.ask();
  draw();
  mock.timers.tick(1);
  assert.equal(done, 2, "it can be asked for again");
});

test("Whoever stops has nothing done any more, whether the frame was made or not", () => {
  const later = new AfterFrame(() => done++);
  later.ask();
  later.stop();
  draw();
  mock.timers.tick(1);
  later.ask();
  draw();
  later.stop();
  mock.timers.tick(1);
  assert.equal(done, 0);
});

test("Where nobody sees the page, and no frame is made, it is done all the same", () => {
  const later = new AfterFrame(() => done++);
  later.ask();
  mock.timers.tick(99);
  assert.equal(done, 0);
  mock.timers.tick(1);
  assert.equal(done, 1);
  draw();
  mock.timers.tick(1000);
  assert.equal(done, 1, "and once");
});

test("What cannot wait for the frame is done now, and not again", () => {
  const later = new AfterFrame(() => done++);
  later.ask();
  later.now();
  assert.equal(done, 1);
  draw();
  mock.timers.tick(1000);
  assert.equal(done, 1);
  later.now();
  assert.equal(done, 2, "whether it was asked for or not");
});
