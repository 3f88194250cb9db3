import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunStatus } from "../src/protocol/terminals.js";
import { Emitter } from "../src/session/emitter.js";
import { keepCurrent } from "../src/session/keepCurrent.js";
import type { Session, SessionEvents } from "../src/session/session.js";

class Asked extends Emitter<SessionEvents> {
  readonly answers: ((status: RunStatus) => void)[] = [];

  readonly request = ((method: string) => {
    assert.equal(method, "run.status");
    return new Promise<RunStatus>((resolve) => this.answers.push(resolve));
  }) as Session["request"];

  connect(): void {
    this.emit("live", {} as SessionEvents["live"]);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("How something is, is asked for with each connection and told when it changes", async () => {
  const session = new Asked();
  const taken: RunStatus[] = [];
  const end = keepCurrent(session, "run.changed", (status) => taken.push(status));
  session.connect();
  session.answers[0]?.({ running: true });
  await settled();
  session.emit("run.changed", { running: false, exitCode: 3 });
  session.connect();
  session.answers[1]?.({ running: false, exitCode: 3 });
  await settled();
  assert.deepEqual(taken, [{ running: true }, { running: false, exitCode: 3 }, { running: false, exitCode: 3 }]);
  end();
  session.emit("run.changed", { running: true });
  session.connect();
  assert.equal(session.answers.length, 2);
  assert.equal(taken.length, 3);
});

test("An answer that comes behind news is left", async () => {
  const session = new Asked();
  const taken: RunStatus[] = [];
  keepCurrent(session, "run.changed", (status) => taken.push(status));
  session.connect();
  session.emit("run.changed", { running: false, exitCode: 0 });
  session.answers[0]?.({ running: true });
  await settled();
  assert.deepEqual(taken, [{ running: false, exitCode: 0 }]);
});
