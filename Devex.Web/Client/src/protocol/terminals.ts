// Peers of Devex.Contracts/Protocol/Terminals.cs; the names are the same there.

export interface OpenTerminal {
  columns: number;
  rows: number;
  folder?: string;
  title?: string;
}

export interface TerminalInfo {
  terminal: string;
  kind: "shell" | "run";
  title: string;
  columns: number;
  rows: number;
  exitCode?: number | null;
  /** A person gave the title. */
  named?: boolean;
}

export interface RenameTerminal {
  terminal: string;
  title: string;
}

export interface TerminalList {
  terminals: TerminalInfo[];
}

export interface ResizeTerminal {
  terminal: string;
  columns: number;
  rows: number;
}

export interface TerminalParams {
  terminal: string;
}

export interface TerminalControl {
  type: "start" | "lost" | "size" | "role" | "typed" | "exit" | "ack" | "resize";
  offset?: number;
  /** With `ack`: how many bytes output may be ahead of it. */
  room?: number;
  /** With `start`: bytes of input that were taken from this page. */
  input?: number;
  columns?: number;
  rows?: number;
  drive?: boolean;
  code?: number;
  user?: string;
  name?: string;
}

export interface StartRun {
  command?: string;
  columns: number;
  rows: number;
}

export interface RunStatus {
  running: boolean;
  command?: string | null;
  terminal?: string | null;
  startedAt?: string | null;
  endedAt?: string | null;
  exitCode?: number | null;
  /** It was told to end. */
  stopped?: boolean;
}

export interface PortList {
  ports: number[];
}
