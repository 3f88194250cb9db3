import type { Terminal } from "@xterm/xterm";
import type { EditorPane } from "../editor/editorPane.js";
import type { Session } from "../session/session.js";
import type { TerminalsPanel } from "../terminals/terminalsPanel.js";

/** What browser tests and benchmarks read; drawings on a canvas leave no text in the page. */
interface Inspection {
  terminal(): Terminal | undefined;
  terminalText(id?: string): string | undefined;
  editorText(): string | undefined;
  connection(): string;
}

declare global {
  interface Window {
    devexWorkbench?: Inspection;
  }
}

export function allowInspection(session: Session, editor: EditorPane, terminals: TerminalsPanel): void {
  window.devexWorkbench = {
    terminal: () => terminals.active?.terminal,
    terminalText: (id) => terminals.text(id),
    editorText: () => editor.text,
    connection: () => session.connection,
  };
}
