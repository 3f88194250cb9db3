import type { SessionNotifications } from "../protocol/methods.js";
import type { Session } from "./session.js";

/** How `serve` is asked for what it tells whenever it changes. */
const asked = { "ports.changed": "ports.list", "run.changed": "run.status", "saves.changed": "saves.state" } as const;

/**
 * Takes how something of the session is: asked for with each connection, and told whenever it changes. An answer that comes behind such a word may be older than it, and is left;
 * all that changes after it is told.
 * @returns What ends it.
 */
export function keepCurrent<T extends keyof typeof asked>(session: Pick<Session, "on" | "request">, told: T, take: (state: SessionNotifications[T]) => void): () => void {
  let heard = 0;
  const off = [
    session.on(told, (state: SessionNotifications[T]) => {
      heard++;
      take(state);
    }),
    session.on("live", () => {
      const before = heard;
      void session.request(asked[told], {}).then((state) => {
        if (heard === before) take(state as SessionNotifications[T]);
      }, () => undefined);
    }),
  ];
  return () => off.forEach((end) => end());
}
