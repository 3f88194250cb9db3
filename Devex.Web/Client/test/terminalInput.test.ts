import assert from "node:assert/strict";
import { test } from "node:test";
import { TerminalInput } from "../src/terminals/terminalInput.js";
import { Random } from "./authority.js";

/** What `serve` does with the input of one page. */
class Serve {
  readonly typed: number[] = [];
  #known = true;
  #taken = 0;

  begin(sent: number): number {
    if (!this.#known) [this.#known, this.#taken] = [true, sent];
    return this.#taken;
  }

  take(data: Uint8Array): void {
    for (const byte of data) this.typed.push(byte);
    this.#taken += data.length;
  }

  /** Too many other pages came since. */
  forget(): void {
    this.#known = false;
  }
}

/** A line on which what is sent arrives later, in order, or with the line not at all. */
class Line {
  readonly #way: Uint8Array[] = [];
  constructor(readonly serve: Serve) {}

  readonly send = (data: Uint8Array): void => {
    this.#way.push(data);
  };

  arrive(): void {
    const data = this.#way.shift();
    if (data) this.serve.take(data);
  }

  arriveAll(): void {
    while (this.#way.length > 0) this.arrive();
  }
}

const bytes = (from: number, length: number) => Uint8Array.from({ length }, (_, i) => (from + i) % 251);

test("Each key is typed once, in order, whatever becomes of connections", () => {
  for (let seed = 0; seed < 500; seed++) {
    const random = new Random(seed);
    const serve = new Serve();
    const input = new TerminalInput();
    let line: Line | undefined;
    let typed = 0;
    for (let step = 0; step < 200; step++) {
      const dice = random.next();
      if (dice < 0.5) {
        const length = 1 + random.below(random.next() < 0.1 ? 3000 : 10);
        if (input.push(bytes(typed, length))) typed += length;
        else assert.ok(!line, `seed ${seed}: refused while connected`);
      } else if (dice < 0.8) line?.arrive();
      else if (dice < 0.9) {
        // What was on its way arrived, or some of it, or nothing.
        while (line && random.next() < 0.5) line.arrive();
        line = undefined;
        input.detach();
      } else if (!line) {
        line = new Line(serve);
        input.attach(serve.begin(input.sent), line.send);
      }
    }
    line ??= new Line(serve);
    if (!input.attached) input.attach(serve.begin(input.sent), line.send);
    line.arriveAll();
    assert.deepEqual(Uint8Array.from(serve.typed), bytes(0, typed), `seed ${seed}`);
  }
});

test("Where nobody knows what was taken, what was sent is not typed again, and what was not is", () => {
  for (const counts of [true, false]) {
    const serve = new Serve();
    const input = new TerminalInput();
    const first = new Line(serve);
    input.attach(counts ? serve.begin(input.sent) : undefined, first.send);
    input.push(bytes(0, 5));
    first.arrive();
    input.push(bytes(5, 5));
    input.detach();
    input.push(bytes(10, 5));
    serve.forget();
    const second = new Line(serve);
    input.attach(counts ? serve.begin(input.sent) : undefined, second.send);
    second.arriveAll();
    assert.deepEqual(serve.typed, [0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
  }
});

test("What waits for a connection has a limit, and what is sent has none", () => {
  const input = new TerminalInput();
  assert.equal(input.push(bytes(0, 1 << 20)), true);
  assert.equal(input.push(bytes(0, 1)), false);
  const serve = new Serve();
  const line = new Line(serve);
  assert.equal(input.attach(serve.begin(input.sent), line.send), true);
  for (let i = 0; i < 100; i++) assert.equal(input.push(bytes((1 << 20) + i * 1000, 1000)), true);
  line.arriveAll();
  assert.deepEqual(Uint8Array.from(serve.typed), bytes(0, (1 << 20) + 100_000));
});

test("Of a text that is lost in its middle the end is not typed, and what is typed next is", () => {
  const input = new TerminalInput();
  const serve = new Serve();
  const first = new Line(serve);
  assert.equal(input.attach(serve.begin(input.sent), first.send), true);
  input.push(bytes(0, 10));
  first.arrive();
  for (let i = 0; i < 3; i++) input.push(bytes(10, 1 << 20));
  input.detach();
  input.push(bytes(100, 5));
  const second = new Line(serve);
  assert.equal(input.attach(serve.begin(input.sent), second.send), false);
  second.arriveAll();
  assert.deepEqual(Uint8Array.from(serve.typed), Uint8Array.from([...bytes(0, 10), ...bytes(100, 5)]));

  // From then on all is counted as before.
  input.push(bytes(105, 5));
  input.detach();
  const third = new Line(serve);
  assert.equal(input.attach(serve.begin(input.sent), third.send), true);
  third.arriveAll();
  assert.deepEqual(Uint8Array.from(serve.typed), Uint8Array.from([...bytes(0, 10), ...bytes(100, 10)]));
});
