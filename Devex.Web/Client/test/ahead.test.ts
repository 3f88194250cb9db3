import assert from "node:assert/strict";
import { test } from "node:test";
import { Ahead } from "../src/terminals/ahead.js";

const kilobyte = 1024;

/** Draws for so long by so many bytes in a millisecond, in pieces of 4 ms. */
function drawn(rate: number, latency: number | undefined, time = 400): Ahead {
  let now = 0;
  const ahead = new Ahead(() => latency, () => now);
  ahead.came();
  for (; now < time;) {
    now += 4;
    ahead.drew(4 * rate, true);
  }
  return ahead;
}

test("Output is ahead by what is drawn in 40 ms and while a key is on its way", () => {
  assert.equal(drawn(4 * kilobyte, 0).room, 160 * kilobyte);
  assert.equal(drawn(4 * kilobyte, 10).room, 200 * kilobyte);
});

test("Nothing is held up that is not known to be slow", () => {
  assert.equal(new Ahead(() => 1).room, 512 * kilobyte, "nothing was drawn yet");
  assert.equal(drawn(kilobyte, 1, 16).room, 512 * kilobyte, "too little was");
  assert.equal(drawn(kilobyte, undefined).room, 512 * kilobyte, "the line is not known");
  assert.equal(drawn(kilobyte, 1000).room, 512 * kilobyte, "the line is long");
  assert.equal(drawn(100 * kilobyte, 1).room, 512 * kilobyte, "it is fast");
  assert.equal(drawn(1, 1).room, 64 * kilobyte, "it is slow");
});

test("Time in which there was nothing to draw does not count", () => {
  let now = 0;
  const ahead = new Ahead(() => 0, () => now);
  for (let i = 0; i < 100; i++) {
    ahead.came();
    now += 4;
    ahead.drew(16 * kilobyte, false);
    now += 1000;
  }
  assert.equal(ahead.room, 160 * kilobyte);
});

test("A change of speed is followed", () => {
  let now = 0;
  const ahead = new Ahead(() => 0, () => now);
  ahead.came();
  for (const [rate, room] of [[8, 320], [2, 80], [8, 320]] as const) {
    for (let i = 0; i < 100; i++) {
      now += 4;
      ahead.drew(4 * rate * kilobyte, true);
    }
    assert.ok(Math.abs(ahead.room - room * kilobyte) < 3 * kilobyte, `${ahead.room}`);
  }
});
