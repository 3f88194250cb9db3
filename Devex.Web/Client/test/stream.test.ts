import assert from "node:assert/strict";
import { test } from "node:test";
import type { TerminalControl } from "../src/protocol/terminals.js";
import { Ahead, least, most } from "../src/terminals/ahead.js";
import { type TerminalSink, TerminalStream } from "../src/terminals/stream.js";
import { Random } from "./authority.js";

class Screen implements TerminalSink {
  shown: number[] = [];
  gaps: number[] = [];
  undrawn: (() => void)[] = [];
  code: number | undefined;
  write(bytes: Uint8Array, drawn: () => void): void {
    for (const byte of bytes) this.shown.push(byte);
    this.undrawn.push(drawn);
  }
  draw(): void {
    this.undrawn.splice(0).forEach((drawn) => drawn());
  }
  gap(bytes: number): void {
    this.gaps.push(bytes);
  }
  exited(code: number): void {
    this.code = code;
  }
  size(): void {}
  role(): void {}
}

const bytes = (length: number, from = 0) => Uint8Array.from({ length }, (_, i) => (from + i) % 251);

function opened(): { screen: Screen; stream: TerminalStream; sent: TerminalControl[] } {
  const screen = new Screen();
  const stream = new TerminalStream(screen);
  const sent: TerminalControl[] = [];
  stream.attach((control) => sent.push(control));
  stream.control({ type: "start", offset: 0 });
  return { screen, stream, sent };
}

test("Output is acknowledged once it is drawn, every 128 KiB", () => {
  const { screen, stream, sent } = opened();
  stream.output(bytes(100_000));
  stream.output(bytes(50_000));
  assert.deepEqual(sent, []);
  screen.draw();
  assert.deepEqual(sent, [{ type: "ack", offset: 150_000, room: 524_288 }]);
  stream.output(bytes(131_072));
  screen.draw();
  assert.deepEqual(sent.at(-1), { type: "ack", offset: 281_072, room: 524_288 });
});

test("Over any number of lost connections no byte is missing and none is shown twice", () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed);
    const screen = new Screen();
    const stream = new TerminalStream(screen);
    const all = bytes(5000, seed);
    let position = 0;
    while (position < all.length) {
      stream.attach(() => undefined);
      // A server may begin earlier than it was asked to.
      let at = Math.max(0, stream.offset - random.below(20));
      stream.control({ type: "start", offset: at });
      while (at < all.length && random.next() < 0.9) {
        const length = Math.min(all.length - at, 1 + random.below(400));
        stream.output(all.subarray(at, at + length));
        at += length;
        if (random.next() < 0.5) screen.draw();
      }
      stream.detach();
      position = stream.offset;
    }
    assert.deepEqual(screen.shown, [...all], `seed ${seed}`);
    assert.deepEqual(screen.gaps, []);
  }
});

test("Output that is gone is told, and what follows begins at a line or a sequence", () => {
  const { screen, stream } = opened();
  stream.output(bytes(10));
  stream.control({ type: "lost", offset: 1000 });
  assert.deepEqual(screen.gaps, [990]);
  stream.output(new TextEncoder().encode("8;5;12mhalf a line\nwhole"));
  assert.equal(new TextDecoder().decode(Uint8Array.from(screen.shown.slice(10))), "whole");
  assert.equal(stream.offset, 1024);
});

test("Skipping ends at an escape sequence, and after 4 KiB in any case", () => {
  const { screen, stream } = opened();
  stream.control({ type: "lost", offset: 10 });
  stream.output(new TextEncoder().encode("junk\u001b[0mclean"));
  assert.equal(new TextDecoder().decode(Uint8Array.from(screen.shown)), "\u001b[0mclean");
  stream.control({ type: "lost", offset: 100_000 });
  stream.output(new Uint8Array(10_000).fill(65));
  assert.ok(screen.shown.length > 5000);
});

/** A page that is now fast and now slow. */
class Fickle extends Ahead {
  constructor(readonly random: Random) {
    super();
  }
  override get room(): number {
    return least + this.random.below(most - least);
  }
}

test("However the room changes, output goes on until it ends", () => {
  for (let seed = 0; seed < 100; seed++) {
    const random = new Random(seed);
    const screen = new Screen();
    const stream = new TerminalStream(screen, new Fickle(random));
    let [acknowledged, room, sent, paused] = [0, most, 0, false];
    stream.attach((control) => {
      acknowledged = control.offset ?? 0;
      room = control.room ?? most;
    });
    stream.control({ type: "start", offset: 0 });
    // As the pump of `serve` has it: up to the room and a turn, and on again from a quarter of it.
    for (let idle = 0; sent < 8 * most; idle++) {
      assert.ok(idle < 3, `stuck at ${sent} of seed ${seed}`);
      for (;;) {
        paused = sent - acknowledged > (paused ? room / 4 : room);
        if (paused) break;
        const piece = 1 + random.below(64 * 1024);
        stream.output(new Uint8Array(piece));
        sent += piece;
        idle = 0;
        if (random.below(4) === 0) screen.draw();
      }
      screen.draw();
    }
  }
});

test("What is skipped is acknowledged, too", () => {
  const { screen, stream, sent } = opened();
  stream.control({ type: "lost", offset: 10 });
  for (let i = 0; i < 40; i++) stream.output(new Uint8Array(4096).fill(65));
  screen.draw();
  assert.ok(sent.length > 0);
});

test("Frames of a connection before its start, and after it was left, are not shown", () => {
  const { screen, stream } = opened();
  stream.detach();
  stream.output(bytes(5));
  assert.deepEqual(screen.shown, []);
  stream.control({ type: "exit", code: 3 });
  assert.equal(screen.code, 3);
});
