// What a shell says of a program that ended by a signal, which is 128 and its number: of the end of its terminal or session, of Ctrl C, and of being told to end.
const wished = new Set([129, 130, 143]);

/** Whether somebody had a program end, rather than it ended by itself. */
export const wasEnded = (exitCode: number): boolean => wished.has(exitCode);

/** Whether a program went wrong. */
export const hasFailed = (exitCode: number): boolean => exitCode > 0 && !wasEnded(exitCode);
