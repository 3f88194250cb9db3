import type { ITheme } from "@xterm/xterm";

/** The terminal's palette from the tokens in force on an element. */
export function terminalTheme(host: Element): ITheme {
  const style = getComputedStyle(host);
  const token = (name: string) => style.getPropertyValue(`--dx-${name}`).trim();
  const light = style.colorScheme.includes("light");
  return {
    background: token("background"),
    foreground: token("text"),
    cursor: token("accent"),
    cursorAccent: token("background"),
    selectionBackground: token("selection"),
    scrollbarSliderBackground: token("line"),
    scrollbarSliderHoverBackground: token("muted"),
    scrollbarSliderActiveBackground: token("muted"),
    black: light ? token("text") : token("higher"),
    red: token("danger"),
    green: token("success"),
    yellow: token("warning"),
    blue: token("accent"),
    magenta: token("syntax-keyword"),
    cyan: token("info"),
    white: light ? token("muted") : token("syntax-property"),
    brightBlack: token("syntax-comment"),
    brightRed: token("syntax-tag"),
    brightGreen: token("syntax-string"),
    brightYellow: token("syntax-number"),
    brightBlue: token("syntax-function"),
    brightMagenta: token("syntax-keyword"),
    brightCyan: token("syntax-type"),
    brightWhite: token("text"),
  };
}
