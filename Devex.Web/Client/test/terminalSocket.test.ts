import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "../src/session/session.js";
import type { TerminalStream } from "../src/terminals/stream.js";
import { TerminalSocket } from "../src/terminals/terminalSocket.js";

test("Connections to a terminal are numbered: one that is given up may come behind the next", () => {
  const asked: string[] = [];
  const session = {
    live: true,
    openSocket: (path: string) => {
      asked.push(path);
      return { close: () => undefined };
    },
  };
  const nothing = () => undefined;
  const socket = new TerminalSocket({
    session: session as unknown as Session, terminal: "one", stream: { offset: 7, detach: nothing } as unknown as TerminalStream,
    opened: nothing, started: nothing, typed: nothing, closed: nothing, hasEnded: () => false, torn: nothing, lost: nothing,
  });
  socket.connect();
  socket.connect();
  const [first, second] = asked.map((path) => new URL(path, "https://devex.example").searchParams);
  assert.equal(first?.get("page"), second?.get("page"));
  assert.deepEqual([first?.get("turn"), second?.get("turn"), second?.get("offset")], ["0", "1", "7"]);
});
