import type { Extension } from "@codemirror/state";
import type { EditorPane } from "../editor/editorPane.js";
import type { TextTab } from "../editor/textTab.js";
import { plain } from "../layout/dom.js";
import type { Toasts } from "../layout/toasts.js";
import type { LanguageServerInfo } from "../protocol/languages.js";
import { type Api, ApiError } from "../session/api.js";
import type { Session } from "../session/session.js";
import { LanguageConnection } from "./connection.js";
import { FileLanguage } from "./fileLanguage.js";
import type { LspDiagnostic, Versions } from "./lsp.js";
import { Navigation } from "./navigation.js";
import { WorkspaceEdits } from "./workspaceEdits.js";

export interface HubOptions {
  session: Session;
  api: Api;
  toasts: Toasts;
  editor: EditorPane;
  mayEdit: () => boolean;
  /** What the status bar says of a server may be different now. */
  changed: () => void;
}

interface Server {
  info: LanguageServerInfo;
  connection: LanguageConnection;
  files: Set<FileLanguage>;
  /** What was told of files, open or not. */
  told: Map<string, { diagnostics: LspDiagnostic[]; versions: Versions }>;
  fetching: string | undefined;
  problem: string | undefined;
  /** It was refused because Core did not know the reader. */
  signedOut: boolean;
}

const fetchEvery = 1000;

/** All language servers that this page uses, and the open files that they serve. */
export class LanguageHub {
  readonly navigation: Navigation;
  readonly #options: HubOptions;
  readonly #servers = new Map<string, Server>();
  readonly #root: string;

  constructor(root: string, options: HubOptions) {
    this.#root = root;
    this.#options = options;
    const { session, api, toasts, editor } = options;
    const pathOf = (uri: string) => this.#pathOf(uri);
    this.navigation = new Navigation({
      toasts, pathOf,
      edits: new WorkspaceEdits({ session, pathOf, tabOf: (path) => editor.files.text(path) }),
      open: (path, at) => editor.open(path, true, at, ""),
      type: (tab, text) => tab.type(text, editor.keys),
      read: async (path) => editor.files.text(path)?.state.doc.toString() ?? (await session.fetch(`files/${path.split("/").map(encodeURIComponent).join("/")}`)).text(),
    });
    api.on("signedIn", (signedIn) => {
      if (!signedIn) return;
      for (const server of this.#servers.values()) if (server.signedOut) this.restart(server.info.id);
    });
  }

  attach(tab: TextTab, info: LanguageServerInfo, use: (extension: Extension) => void): () => void {
    const server = this.#server(info);
    const root = this.#root;
    const file = new FileLanguage(tab, () => `${root}/${tab.path.split("/").map(encodePart).join("/")}`, server.connection, this.navigation);
    server.files.add(file);
    file.changed = () => {
      if (server.connection.capabilities?.diagnosticProvider?.interFileDependencies !== true) return;
      for (const other of server.files) if (other !== file) other.diagnostics.changed();
    };
    use(file.extension);
    const told = server.told.get(file.uri);
    if (told) file.diagnostics.pushed(told.diagnostics, told.versions);
    file.diagnostics.changed();
    return () => {
      server.files.delete(file);
      file.dispose();
      if (server.files.size > 0) return;
      this.#servers.delete(info.id);
      server.connection.dispose();
    };
  }

  /** The file language of a tab. */
  fileOf(tab: TextTab): FileLanguage | undefined {
    for (const server of this.#servers.values()) for (const file of server.files) if (file.tab === tab) return file;
    return undefined;
  }

  /** What a server does, in words; `bad` when somebody should look. */
  words(id: string): { text: string; title: string; bad: boolean } | undefined {
    const server = this.#servers.get(id);
    if (!server) return undefined;
    const { connection, info, fetching, problem } = server;
    const name = plain(info.name, 40);
    const message = problem ?? oneLine(connection.message ?? "");
    if (fetching !== undefined) return { text: `${name}: fetching${fetching}…`, title: "Its language server is fetched once, for all REPLs of this machine.", bad: false };
    switch (connection.state) {
      case "running": return { text: `${name} server`, title: `${name}: its language server runs`, bad: false };
      case "starting": return { text: `${name}: starting…`, title: "Its language server starts.", bad: false };
      case "waiting": return { text: `${name}: restarting…`, title: message, bad: true };
      case "failed": return { text: `${name}: crashed`, title: message, bad: true };
      case "missing": return { text: `${name}: no help`, title: message, bad: problem !== undefined };
      case "stopped": return { text: `${name} server`, title: this.#options.mayEdit() ? "Its language server does not run." : "Its language server starts when an editor opens a file.", bad: false };
    }
  }

  /** Starts a server anew. */
  restart(id: string): void {
    const server = this.#servers.get(id);
    if (!server) return;
    server.problem = undefined;
    server.signedOut = false;
    if (server.connection.state === "missing") void this.#fetch(server);
    else void this.#options.session.request("languages.restart", { id }).catch((error: unknown) => this.#options.toasts.error(error));
  }

  #server(info: LanguageServerInfo): Server {
    const known = this.#servers.get(info.id);
    if (known) return known;
    const server: Server = {
      info, files: new Set(), told: new Map(), fetching: undefined, problem: undefined, signedOut: false,
      connection: new LanguageConnection(info.id, this.#options.session, {
        state: () => queueMicrotask(() => this.#stateChanged(server)),
        notified: (method, params, versions) => this.#notified(server, method, params, versions),
      }),
    };
    this.#servers.set(info.id, server);
    return server;
  }

  #stateChanged(server: Server): void {
    const { connection, files, info } = server;
    if (connection.running) {
      for (const file of files) file.diagnostics.changed();
    } else {
      server.told.clear();
      for (const file of files) file.diagnostics.clear();
    }
    if (connection.state === "missing" && server.fetching === undefined && server.problem === undefined) void this.#fetch(server);
    if (connection.state === "waiting" || connection.state === "failed") this.#options.toasts.show(plain(oneLine(connection.message ?? `${info.name}'s language server crashed.`), 600), connection.state === "failed" ? "error" : "info");
    this.#options.changed();
  }

  /** Has Core bring the packages, and says how long it takes. */
  async #fetch(server: Server): Promise<void> {
    const { api, session, mayEdit, changed } = this.#options;
    const { package: set, id } = server.info;
    if (!mayEdit() || set == null) return;
    server.fetching = "";
    changed();
    try {
      for (;;) {
        const { state, message, seconds } = await api.fetchLanguage(set);
        if (state === "failed") throw new Error(message ?? "It could not be fetched.");
        if (state === "ready") break;
        server.fetching = (seconds ?? 0) > 0 ? ` ${seconds} s` : "";
        changed();
        await new Promise((resolve) => setTimeout(resolve, fetchEvery));
      }
      await session.request("languages.restart", { id });
    } catch (error) {
      server.problem = `${server.info.name}'s language server: ${error instanceof Error ? error.message : String(error)}`;
      server.signedOut = error instanceof ApiError && error.status === 401;
      // The banner says that already.
      if (!server.signedOut) this.#options.toasts.show(plain(server.problem, 600), "error");
    } finally {
      server.fetching = undefined;
      changed();
    }
  }

  #notified(server: Server, method: string, params: unknown, versions: Versions): void {
    if (method === "devex/refresh") {
      for (const file of server.files) file.diagnostics.changed();
    } else if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: LspDiagnostic[] };
      server.told.set(uri, { diagnostics, versions });
      for (const file of server.files) if (sameUri(file.uri, uri)) file.diagnostics.pushed(diagnostics, versions[uri] === undefined ? {} : { [file.uri]: versions[uri] });
    }
  }

  #pathOf(uri: string): string | undefined {
    if (!uri.startsWith(`${this.#root}/`)) return undefined;
    try {
      return decodeURIComponent(uri.slice(this.#root.length + 1));
    } catch {
      return undefined;
    }
  }
}

/** What a server said at its end comes in lines. */
const oneLine = (message: string): string => message.replace(/:\n/g, ": ").replace(/\.?\n/g, ". ");

// As .NET's Uri.EscapeDataString: names must be the same on both sides.
const encodePart = (part: string): string => encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Servers write URIs in their own way, such as with other escapes. */
function sameUri(one: string, other: string): boolean {
  try {
    return one === other || decodeURIComponent(one) === decodeURIComponent(other);
  } catch {
    return false;
  }
}
