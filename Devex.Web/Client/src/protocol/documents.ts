// Peers of Devex.Contracts/Protocol/Documents.cs; the names are the same there.
import type { Participant, SessionInstant } from "./session.js";

/** A CodeMirror change set as JSON; UTF-16 units. */
export type Changes = unknown;

export interface DocumentUpdate {
  client: string;
  n: number;
  changes: Changes;
}

export interface OpenDocument {
  path: string;
  create?: boolean;
  resume?: { document: string; version: number };
}

export interface OpenedDocument {
  document: string;
  path: string;
  version: number;
  text?: string | null;
  updates?: DocumentUpdate[] | null;
  lineEnding: string;
  readOnly?: string | null;
  received: Record<string, number>;
  flushedVersion: number;
  flushedAt?: SessionInstant | null;
  /** With `updates`: the version of the client that they follow; an earlier one than it named when what came after was lost. */
  base?: number | null;
}

export interface PushUpdates {
  document: string;
  version: number;
  updates: DocumentUpdate[];
}

export interface PushedUpdates {
  version: number;
}

export interface DocumentUpdates {
  document: string;
  version: number;
  updates: DocumentUpdate[];
}

export interface DocumentParams {
  document: string;
}

export interface DocumentFlushed {
  document: string;
  version: number;
  hash: string;
  at: SessionInstant;
}

export interface DocumentMoved {
  document: string;
  path?: string | null;
}

export interface DocumentFailed {
  document: string;
  message: string;
}

export interface SelectionRange {
  anchor: number;
  head: number;
}

export interface DocumentPresence {
  document: string;
  version: number;
  selections?: SelectionRange[] | null;
}

export interface PresentPeople {
  document: string;
  people: PresentPerson[];
}

export interface PresentPerson {
  person: Participant;
  version: number;
  selections?: SelectionRange[] | null;
}
