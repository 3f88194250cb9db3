import type { WebglAddon } from "@xterm/addon-webgl";

// A terminal waits no longer for what it is drawn with; what comes later changes its size once more.
const patience = 2000;
const otherFonts = "ui-monospace, monospace";

/**
 * What terminals are drawn with, as far as it is here: the font, and WebGL, whose cells are of whole pixels. Either changes how many columns and rows there
 * are, so both are waited for before a terminal is measured. Without WebGL xterm draws with elements, slower and as well.
 */
export const drawing: { fontFamily: string; Webgl?: typeof WebglAddon; ready: boolean } = { fontFamily: otherFonts, ready: false };

let parts: Promise<void>[] | undefined;
let ready: Promise<void> | undefined;

/** Settles, a part each, when it is here or is not coming. */
export function drawingParts(): readonly Promise<void>[] {
  parts ??= [font(), webgl()].map((part) => part.catch(() => undefined));
  return parts;
}

/** Waits until a terminal may be measured. */
export function drawingReady(): Promise<void> {
  ready ??= Promise.race([Promise.all(drawingParts()), new Promise((resolve) => setTimeout(resolve, patience))]).then(() => {
    drawing.ready = true;
  });
  return ready;
}

async function font(): Promise<void> {
  const ours = '"JetBrains Mono Variable"';
  await Promise.all([document.fonts.load(`13px ${ours}`), document.fonts.load(`bold 13px ${ours}`)]);
  drawing.fontFamily = `${ours}, ${otherFonts}`;
}

async function webgl(): Promise<void> {
  drawing.Webgl = (await import("@xterm/addon-webgl")).WebglAddon;
}
