/** What a shell says of a program that Ctrl C has ended. */
export const interrupted = 130;
const terminated = 143;

/** Whether a program went wrong: not when it was done, or somebody had it end. */
export const hasFailed = (exitCode: number): boolean => exitCode > 0 && exitCode !== interrupted && exitCode !== terminated;
