import type { Terminal } from "@xterm/xterm";

/**
 * Programs ask terminals about themselves, and a terminal answers on the program's input. With several people watching,
 * or when old output is shown again, that answer would be typed several times or into the wrong program: only the one who
 * is at the keyboard, and only to what is asked now, may answer.
 */
export function answerOnly(terminal: Terminal, mayAnswer: () => boolean): void {
  const swallow = () => !mayAnswer();
  const { parser } = terminal;
  for (const id of [{ final: "c" }, { prefix: ">", final: "c" }, { prefix: "=", final: "c" }, { final: "n" }, { prefix: "?", final: "n" }]) {
    parser.registerCsiHandler(id, swallow);
  }
  parser.registerCsiHandler({ intermediates: "$", final: "p" }, swallow);
  parser.registerCsiHandler({ prefix: "?", intermediates: "$", final: "p" }, swallow);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, swallow);
  for (const colour of [4, 10, 11, 12]) parser.registerOscHandler(colour, (data) => data.includes("?") && swallow());
  // The clipboard is never read for a program, nor written without being asked: both are ignored.
  parser.registerOscHandler(52, () => true);
}
