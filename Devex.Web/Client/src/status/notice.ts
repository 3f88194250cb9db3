import { clock } from "../layout/times.js";
import type { Repl } from "../protocol/api.js";
import type { Connection } from "../session/session.js";
import type { BannerContent } from "./banner.js";
import type { SpaceWords } from "./saves.js";

/** How long before a session ends, because it ran for as long as it may, people are told; milliseconds. */
const warnedBefore = 10 * 60_000;

/** Milliseconds until people are to be told that a running session ends; undefined when it does not. */
export function untilWarning(repl: Repl | undefined, now: Date): number | undefined {
  if (repl?.state !== "running" || !repl.endsAt) return undefined;
  return Math.max(0, new Date(repl.endsAt).getTime() - warnedBefore - now.getTime());
}

/**
 * Whether the session that was open in a page went away under its people and is expected back, after a change of the REPL: a crash, a move, a node that fell silent.
 * One that somebody stops, or that was stopped, is not.
 */
export function isInterrupted(now: Repl["state"], before: Repl["state"], was: boolean): boolean {
  return (now === "starting" || now === "unreachable") && (was || before === "running" || before === "unreachable");
}

/** The session's clock, for whoever asks: the page itself keeps it from running out. */
export function idleWords(repl: Repl | undefined): string {
  if (repl?.state !== "running" || !repl.idle) return "";
  const minutes = Math.ceil(repl.idle.afterSeconds / 60);
  return `It runs while somebody has it open or a program works, and stops ${minutes} min after that, with everything saved.`;
}

/** Where Core says no more of it. */
export const outOfReach = "The node that runs this session does not answer. It may come back by itself.";

/** What the workbench has to say above the panes, if anything. */
export function notice(facts: {
  connection: Connection; frozen: string | undefined; unsent: number; repl: Repl | undefined; interrupted?: boolean; space?: SpaceWords | undefined; now?: Date;
  /** The page's first connection is long in coming. */
  slow?: boolean;
  /** Core does not know the reader any more. */
  signedOut?: boolean;
  signIn?: () => void;
  /** What of a running session's past the person has read. */
  read?: string | undefined;
  dismiss?: (text: string) => void;
  startFromSaved?: () => void;
  connect: () => void;
}): BannerContent | undefined {
  const { connection, frozen, repl } = facts;
  const kept = facts.unsent > 0 ? " Your edits are kept in this tab and will be sent." : "";
  const now = { label: "Try now", run: facts.connect };
  if (connection === "offline") return { kind: "warning", text: `You are offline.${kept}`, action: now };
  if (repl?.state === "unreachable" && connection !== "live") {
    return {
      kind: "warning", text: `${repl.problem ?? outOfReach} You can go on typing.${kept}`,
      ...(repl.role === "owner" && facts.startFromSaved ? { action: { label: "Start from saved", run: facts.startFromSaved } } : {}),
    };
  }
  if (connection === "reconnecting") return { kind: "warning", text: `Connection lost. Reconnecting…${kept}`, action: now };
  if (facts.interrupted && connection !== "live") return { kind: "warning", text: `${repl?.problem ?? "The session is started again."} You can go on typing.${kept}` };
  if (connection === "connecting" && facts.slow) return { kind: "warning", text: "Connecting takes longer than usual. It is tried again and again, and your files are safe.", action: now };
  if (connection !== "live") return undefined;
  // What the REPL does, and how much of it is in S3, is not told to this page from then on.
  if (facts.signedOut) {
    return {
      kind: "warning", text: "You are signed out. The session goes on, and what is typed is saved; sign in again to start, stop and share, and to see when it is in S3.",
      ...(facts.signIn ? { action: { label: "Sign in", run: facts.signIn } } : {}),
    };
  }
  const waiting = repl?.state === "stopping" ? repl.progress?.stages.at(-1)?.waiting : undefined;
  if (waiting) return { kind: "warning", text: `Stopping: everything is being saved. ${waiting}${kept}` };
  if (frozen !== undefined) return { kind: "info", text: `${frozen} Edits wait in this tab.` };
  if (repl?.state === "stopping") return { kind: "info", text: "Stopping: everything is being saved." };
  if (facts.space) return { kind: facts.space.urgent ? "danger" : "warning", text: facts.space.text };
  const problem = repl?.state === "running" ? repl.problem : undefined;
  if (problem && problem !== facts.read) return { kind: "danger", text: problem, action: { label: "Dismiss", run: () => facts.dismiss?.(problem) } };
  if (repl?.endsAt && untilWarning(repl, facts.now ?? new Date()) === 0) {
    return { kind: "warning", text: `This session ends at ${clock(new Date(repl.endsAt))}, because it has run for as long as it may. Everything is saved; programs end. Start it again when you like.` };
  }
  return undefined;
}
