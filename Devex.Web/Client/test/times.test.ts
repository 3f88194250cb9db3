import assert from "node:assert/strict";
import { test } from "node:test";
import { localTimes, moment } from "../src/layout/times.js";

const local = (...parts: [number, number, number, number, number]): Date => new Date(...parts);
const asCore = (date: Date): string => date.toISOString().replace("T", " ").replace(".000", "");

test("A time in Core's words is told as it is here, of today without the day", () => {
  const now = local(2026, 2, 5, 14, 30);
  const text = `Silent since ${asCore(local(2026, 2, 5, 0, 7))}. Saved at ${asCore(local(2026, 2, 4, 23, 59))} and safe.`;
  assert.equal(localTimes(text, now), "Silent since 00:07. Saved at Mar 4, 23:59 and safe.");
});

test("What is no time of Core's stays as it is", () => {
  for (const text of ["", "2026-03-05", "file 2026-03-05 10:00:00", "a2026-03-05 10:00:00Z", "2026-03-05T10:00:00Z"]) assert.equal(localTimes(text), text);
});

test("Midnight is 00, not 24", () => {
  assert.equal(moment(local(2026, 2, 5, 0, 0)), "Mar 5, 00:00");
});
