import { ChangeSet } from "@codemirror/state";
import { textOf } from "../documents/lines.js";
import { randomId } from "../editor/randomId.js";
import type { TextTab } from "../editor/textTab.js";
import type { OpenedDocument } from "../protocol/documents.js";
import type { Session } from "../session/session.js";
import type { TextEdit, Versions, WorkspaceEdit } from "./lsp.js";
import { changesNow, offsetOf, settled } from "./places.js";

const mostFiles = 200;
const tries = 5;

interface Asked {
  edit: WorkspaceEdit;
  versions: Versions;
}

export interface EditsHost {
  session: Session;
  pathOf: (uri: string) => string | undefined;
  tabOf: (path: string) => TextTab | undefined;
}

/**
 * Carries out edits of several files as edits of their documents, so that everybody sees them and nobody's are lost. A server tells places in texts:
 * a file that is no open document has no version to count them in. Such files are opened first, and the server is asked again.
 */
export class WorkspaceEdits {
  readonly #host: EditsHost;

  constructor(host: EditsHost) {
    this.#host = host;
  }

  /** Says how many files changed. */
  async apply(ask: () => Promise<Asked>, userEvent: string): Promise<number> {
    const opened = new Map<string, OpenedDocument>();
    const { session } = this.#host;
    try {
      for (let attempt = 0; attempt < tries; attempt++) {
        const { edit, versions } = await ask();
        const files = this.#files(edit);
        if (!await this.#ready(files, versions, opened)) continue;
        for (const [path, { uri, edits }] of files) {
          const tab = this.#host.tabOf(path);
          if (tab) this.#inTab(tab, versions[uri], edits, userEvent);
          else await this.#outside(opened.get(path), edits);
        }
        return files.size;
      }
      throw new Error("The files keep changing; try again.");
    } finally {
      for (const { document } of opened.values()) void session.request("documents.close", { document }).catch(() => undefined);
    }
  }

  /** Whether all texts are those that the server meant. */
  async #ready(files: Map<string, { uri: string }>, versions: Versions, opened: Map<string, OpenedDocument>): Promise<boolean> {
    let ready = true;
    for (const [path, { uri }] of files) {
      const tab = this.#host.tabOf(path);
      if (tab) {
        if (versions[uri] === undefined || !await settled(tab, versions[uri])) ready = false;
        continue;
      }
      if (opened.get(path)?.version === versions[uri] && versions[uri] !== undefined) continue;
      opened.set(path, await this.#host.session.request("documents.open", { path }));
      ready = false;
    }
    return ready;
  }

  #inTab(tab: TextTab, version: number | undefined, edits: TextEdit[], userEvent: string): void {
    const changes = changesNow(tab, version, edits);
    if (!changes) throw new Error("The text has moved on; try again.");
    if (changes.length > 0) tab.view.dispatch({ changes, userEvent });
  }

  async #outside(opened: OpenedDocument | undefined, edits: TextEdit[]): Promise<void> {
    if (!opened) return;
    const doc = textOf(opened.text ?? "");
    const changes = ChangeSet.of(
      edits.map(({ range, newText }) => ({ from: offsetOf(doc, range.start), to: offsetOf(doc, range.end), insert: textOf(newText.replace(/\r\n?/g, "\n")) })), doc.length);
    if (changes.empty) return;
    await this.#host.session.request("documents.push", {
      document: opened.document, version: opened.version, updates: [{ client: randomId(), n: 1, changes: changes.toJSON() as unknown }],
    });
  }

  #files(edit: WorkspaceEdit): Map<string, { uri: string; edits: TextEdit[] }> {
    const files = new Map<string, { uri: string; edits: TextEdit[] }>();
    const add = (uri: string, edits: TextEdit[]) => {
      const path = this.#host.pathOf(uri);
      if (path === undefined) throw new Error("This would change files outside of the workspace.");
      const before = files.get(path)?.edits ?? [];
      files.set(path, { uri, edits: [...before, ...edits] });
    };
    for (const [uri, edits] of Object.entries(edit.changes ?? {})) add(uri, edits);
    for (const change of edit.documentChanges ?? []) {
      if (change.kind !== undefined || !change.textDocument) throw new Error("This would make or move files, which is not done here.");
      add(change.textDocument.uri, change.edits ?? []);
    }
    if (files.size > mostFiles) throw new Error(`This would change ${files.size} files; at most ${mostFiles} are changed at once.`);
    return files;
  }
}
