import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import { commandKey, element, isMac, plain } from "../layout/dom.js";
import type { ExtraKey } from "../layout/keyRow.js";
import type { TerminalControl, TerminalInfo } from "../protocol/terminals.js";
import type { Session } from "../session/session.js";
import { Ahead } from "./ahead.js";
import { answerOnly } from "./answers.js";
import { drawing, drawingParts, drawingReady } from "./drawing.js";
import { TerminalFind } from "./terminalFind.js";
import { type TerminalSink, TerminalStream } from "./stream.js";
import { TerminalSocket } from "./terminalSocket.js";
import { terminalTheme } from "./theme.js";
import type { Typist } from "./typist.js";

// eslint-disable-next-line no-control-regex -- what programs are told begins so
const report = /^\x1b\[[<MIO]/;
// Output that was there before this page is shown again within this time after connecting.
const replayTime = 400;

interface TerminalViewOptions {
  session: Session;
  mayType: () => boolean;
  fontSize: () => number;
  /** Title, exit or who typed last changed. */
  changed: () => void;
  /** It could not be connected to again and again: is it still there? */
  lost: () => void;
  /** Ctrl of the row of extra keys is held for the next key. */
  takeControl: () => boolean;
}

/** One terminal on the page: xterm, its socket, and the stream between them. */
export class TerminalView implements TerminalSink {
  readonly element = element("div", { class: "dx-terminal" });
  readonly terminal: Terminal;
  readonly #options: TerminalViewOptions;
  readonly #fit = new FitAddon();
  readonly #find: TerminalFind;
  readonly #stream: TerminalStream;
  readonly #socket: TerminalSocket;
  readonly #encoder = new TextEncoder();
  #opened = false;
  #webgl = false;
  #disposed = false;
  #drive = true;
  #replayUntil = 0;
  #sent = "";
  info: TerminalInfo;
  title: string;
  exitCode: number | undefined;
  /** Who typed in it last, where that was somebody else. */
  typist: Typist | undefined;

  constructor(info: TerminalInfo, options: TerminalViewOptions) {
    this.info = info;
    this.title = plain(info.title, 60);
    this.exitCode = info.exitCode ?? undefined;
    this.#options = options;
    this.element.dataset.testid = `terminal:${info.terminal}`;
    this.terminal = new Terminal({
      allowProposedApi: true, cols: info.columns, rows: info.rows, scrollback: 10_000,
      // With a cursor that blinks a flood of output is drawn a third slower.
      cursorBlink: false,
      fontFamily: drawing.fontFamily, fontSize: options.fontSize(), lineHeight: 1.25, macOptionIsMeta: true, minimumContrastRatio: 4.5,
      screenReaderMode: false, rightClickSelectsWord: isMac,
      linkHandler: { activate: (_, address) => openLink(address) },
    });
    this.terminal.loadAddon(this.#fit);
    const search = new SearchAddon();
    this.terminal.loadAddon(search);
    this.#find = new TerminalFind(search, () => this.terminal.focus());
    this.element.append(this.#find.element);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = "11";
    this.terminal.loadAddon(new WebLinksAddon((_, address) => openLink(address)));
    answerOnly(this.terminal, () => this.#drive && this.#socket.types && performance.now() > this.#replayUntil && this.element.contains(document.activeElement));
    this.terminal.onTitleChange((title) => {
      if (this.info.named === true) return;
      this.title = plain(title, 60) || plain(this.info.title, 60);
      options.changed();
    });
    this.#stream = new TerminalStream(this, new Ahead(() => options.session.nearest));
    this.#socket = new TerminalSocket({
      session: options.session, terminal: info.terminal, stream: this.#stream, lost: options.lost, hasEnded: () => this.exitCode !== undefined,
      typed: (control) => this.#typed(control), closed: () => this.#markConnection(),
      torn: () => this.say("[some of what was typed was lost with the connection]"),
      opened: () => {
        this.#replayUntil = performance.now() + replayTime;
      },
      started: () => {
        this.element.classList.remove("dx-disconnected");
        this.#sent = "";
        this.#tellSize();
      },
    });
    this.terminal.onData((data) => this.#input(data));
    this.terminal.onBinary((data) => {
      if (this.#socket.types) this.#send(Uint8Array.from(data, (c) => c.charCodeAt(0)));
    });
    this.terminal.attachCustomKeyEventHandler((event) => this.#key(event));
  }

  /** Shows it in its place; the first time it is drawn there. */
  show(): void {
    if (!this.#opened) {
      if (!drawing.ready) {
        void drawingReady().then(() => {
          if (!this.#disposed) this.show();
        });
        return;
      }
      this.#opened = true;
      this.terminal.open(this.element);
      this.terminal.textarea?.setAttribute("aria-label", `Terminal ${this.title}`);
      this.#draw();
      // For what comes after its first size.
      for (const part of drawingParts()) {
        void part.then(() => {
          if (this.#disposed) return;
          this.#draw();
          this.layout();
        });
      }
    }
    this.setTheme();
    this.layout();
  }

  /** Size as it fits; only meaningful once shown. */
  layout(): void {
    if (!this.#opened || !this.element.isConnected || this.element.clientWidth < 20 || this.element.clientHeight < 20) return;
    if (!this.#drive) return;
    this.#fit.fit();
    this.#tellSize();
  }

  setFontSize(size: number): void {
    this.terminal.options.fontSize = size;
    this.layout();
  }

  setTheme(): void {
    if (this.element.isConnected) this.terminal.options.theme = terminalTheme(this.element);
  }

  focus(): void {
    this.terminal.focus();
  }

  /** Types what was typed before it was there. */
  type(text: string): void {
    if (text !== "") this.terminal.input(text.replaceAll("\n", "\r"));
  }

  /** Looks for text in what was put out. */
  find(): void {
    this.#find.show(this.terminal.getSelection());
  }

  renamed(info: TerminalInfo): void {
    this.info = info;
    this.title = plain(info.title, 60);
    this.#options.changed();
  }

  /** A key of the row of extra keys. */
  press(key: ExtraKey): void {
    const application = this.terminal.modes.applicationCursorKeysMode ? "O" : "[";
    const sequences: Record<ExtraKey, string> = {
      Escape: "\x1b", Tab: "\t", ArrowUp: `\x1b${application}A`, ArrowDown: `\x1b${application}B`, ArrowRight: `\x1b${application}C`, ArrowLeft: `\x1b${application}D`,
    };
    this.#input(sequences[key]);
    this.terminal.focus();
  }

  get text(): string {
    const { active } = this.terminal.buffer;
    const lines: string[] = [];
    for (let i = 0; i < active.length; i++) {
      const line = active.getLine(i);
      const text = line?.translateToString(true) ?? "";
      if (line?.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines.join("\n").trimEnd();
  }

  connect(): void {
    if (!this.#disposed) this.#socket.connect();
  }

  disconnect(): void {
    this.#socket.disconnect();
    this.#markConnection();
  }

  /** A line of the workbench's own, which no other person sees. */
  say(text: string): void {
    this.terminal.write(`\x1b[90m${text}\x1b[0m\r\n`);
  }

  /** The session that it belonged to is gone. */
  end(text: string): void {
    if (this.exitCode !== undefined) return;
    this.exitCode = -1;
    this.terminal.write(`\x18\x1b[0m\r\n\x1b[90m${text}\x1b[0m\r\n`);
    this.disconnect();
    this.#options.changed();
  }

  dispose(): void {
    this.#disposed = true;
    this.disconnect();
    this.terminal.dispose();
    this.element.remove();
  }

  write(bytes: Uint8Array, drawn: () => void): void {
    this.terminal.write(bytes, drawn);
  }

  gap(bytes: number): void {
    // CAN ends a sequence that was cut off.
    if (this.#stream.offset > 0) this.terminal.write(`\x18\x1b[0m\r\n\x1b[90m[${bytes.toLocaleString("en")} bytes of output were skipped]\x1b[0m\r\n`);
  }

  exited(code: number): void {
    this.#socket.goOnNoMore();
    this.element.classList.remove("dx-disconnected");
    if (this.exitCode === undefined) this.terminal.write(`\r\n\x1b[90m[ended with ${code}]\x1b[0m\r\n`);
    this.exitCode = code;
    this.#options.changed();
  }

  size(columns: number, rows: number): void {
    if (this.#drive && this.element.contains(document.activeElement)) return;
    if (columns >= 2 && rows >= 2 && columns <= 1000 && rows <= 500) this.terminal.resize(columns, rows);
  }

  role(drive: boolean): void {
    this.#drive = drive;
    this.terminal.options.disableStdin = !drive;
    if (drive) this.layout();
  }

  /** Without its connection; nothing is waited for of what has ended. */
  #markConnection(): void {
    this.element.classList.toggle("dx-disconnected", this.exitCode === undefined);
  }

  #typed({ user, name }: TerminalControl): void {
    this.typist = user === undefined || user === this.#options.session.welcome?.self.user ? undefined : { user, name: name ?? "Somebody" };
    this.#options.changed();
  }

  #tellSize(): void {
    const { cols, rows } = this.terminal;
    const key = `${cols}x${rows}`;
    if (!this.#opened || key === this.#sent || !this.#options.mayType()) return;
    if (this.#socket.control({ type: "resize", columns: cols, rows })) this.#sent = key;
  }

  #input(data: string): void {
    // Where the mouse was and whether the focus came or went is nothing to be told afterwards.
    if (!this.#socket.types && report.test(data)) return;
    const held = data.length === 1 && this.#options.takeControl();
    const code = data.toUpperCase().charCodeAt(0);
    this.#send(held && code >= 64 && code < 96 ? Uint8Array.of(code & 31) : this.#encoder.encode(data));
  }

  #send(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.#options.mayType()) return;
    if (!this.#socket.type(bytes)) this.say("[not connected: what was typed last was not taken]");
  }

  #key(event: KeyboardEvent): boolean {
    // Keys of the workbench that no shell needs.
    if (event.key === "F1" || event.key === "F6" || (event.key === "Enter" && commandKey(event)) || (event.ctrlKey && event.key === "`")) return false;
    const copies = isMac ? event.metaKey && event.key === "c" : event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "c";
    if (copies && this.terminal.hasSelection()) {
      if (event.type === "keydown") void navigator.clipboard.writeText(this.terminal.getSelection()).catch(() => undefined);
      event.preventDefault();
      return false;
    }
    // The browser's own paste event follows, which xterm brackets.
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "v") return false;
    return true;
  }

  /** Uses what is here of what terminals are drawn with. */
  #draw(): void {
    // Another font has xterm measure a character anew.
    this.terminal.options.fontFamily = drawing.fontFamily;
    if (this.#webgl || !drawing.Webgl) return;
    this.#webgl = true;
    try {
      const addon = new drawing.Webgl();
      addon.onContextLoss(() => {
        addon.dispose();
        this.layout();
      });
      this.terminal.loadAddon(addon);
    } catch {
      // No WebGL here.
    }
  }
}

/** Programs print what they like: only web addresses are opened, in a tab that knows nothing of this one. */
function openLink(address: string): void {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return;
  }
  if (url.protocol === "https:" || url.protocol === "http:") window.open(url.href, "_blank", "noopener,noreferrer");
}
