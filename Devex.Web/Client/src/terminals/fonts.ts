let ready = false;
let loading: Promise<void> | undefined;

/** Whether the terminals' font is here, or is not coming. */
export const fontsReady = (): boolean => ready;

/** Waits for the font: xterm measures a character once, and with the fallback's width every column would stand wrong. */
export function fonts(): Promise<void> {
  const done = () => {
    ready = true;
  };
  loading ??= Promise.race([
    Promise.all([document.fonts.load('13px "JetBrains Mono Variable"'), document.fonts.load('bold 13px "JetBrains Mono Variable"')]),
    new Promise((resolve) => setTimeout(resolve, 2000)),
  ]).then(done, done);
  return loading;
}
