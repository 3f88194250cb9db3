// The part of the Language Server Protocol that the workbench uses. Servers are other people's programs: what comes is checked where it is used.

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface Location {
  uri: string;
  range: Range;
}

export interface LocationLink {
  targetUri: string;
  targetSelectionRange: Range;
}

export interface TextEdit {
  range: Range;
  newText: string;
}

export interface MarkupContent {
  kind: string;
  value: string;
}

export type Markup = string | MarkupContent | { language: string; value: string } | Markup[];

export interface CompletionItem {
  label: string;
  labelDetails?: { detail?: string; description?: string };
  kind?: number;
  tags?: number[];
  deprecated?: boolean;
  detail?: string;
  documentation?: string | MarkupContent;
  sortText?: string;
  filterText?: string;
  insertText?: string;
  insertTextFormat?: number;
  textEdit?: { newText: string; range?: Range; insert?: Range; replace?: Range };
  textEditText?: string;
  additionalTextEdits?: TextEdit[];
  data?: unknown;
}

export interface CompletionList {
  isIncomplete?: boolean;
  itemDefaults?: { editRange?: Range | { insert: Range; replace: Range }; insertTextFormat?: number; data?: unknown };
  items: CompletionItem[];
}

export interface LspDiagnostic {
  range: Range;
  severity?: number;
  code?: string | number;
  source?: string;
  message: string;
  tags?: number[];
}

export interface SignatureHelp {
  signatures: { label: string; documentation?: string | MarkupContent; parameters?: { label: string | [number, number] }[]; activeParameter?: number }[];
  activeSignature?: number;
  activeParameter?: number | null;
}

export interface WorkspaceEdit {
  changes?: Record<string, TextEdit[]>;
  documentChanges?: { kind?: string; textDocument?: { uri: string }; edits?: TextEdit[] }[];
}

export interface Capabilities {
  completionProvider?: { triggerCharacters?: string[]; resolveProvider?: boolean };
  hoverProvider?: unknown;
  signatureHelpProvider?: { triggerCharacters?: string[]; retriggerCharacters?: string[] };
  definitionProvider?: unknown;
  referencesProvider?: unknown;
  renameProvider?: boolean | { prepareProvider?: boolean };
  documentFormattingProvider?: unknown;
  diagnosticProvider?: { interFileDependencies?: boolean };
}

/** Versions of documents, by URI, that an answer's positions count in. */
export type Versions = Record<string, number>;
