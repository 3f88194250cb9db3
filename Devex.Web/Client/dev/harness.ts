// Serves the workbench against a real `Devex.Runner serve` without the rest of Devex: signs control and tickets with a key of
// its own, and answers the few routes of Core that the workbench calls. For looking at the workbench and for its browser checks.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, createPrivateKey, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createProbe, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join, normalize } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import type { Repl, ReplState } from "../src/protocol/api.js";
import type { Role } from "../src/protocol/session.js";

const replId = "k7m2p9q4w8x3";

export interface Harness {
  url: string;
  folder: string;
  /** Ends `serve` as a crash does, or starts it again. */
  kill(): Promise<void>;
  start(): Promise<void>;
  setState(state: ReplState, changes?: Partial<Repl>): void;
  savedNow(): void;
  close(): Promise<void>;
}

export async function harness(runner: string, wwwroot: string, files: Record<string, string>, port = 0): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), "devex-dev-"));
  for (const child of ["workspace", "home", "journal"]) mkdirSync(join(folder, child));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, "workspace", path)), { recursive: true });
    writeFileSync(join(folder, "workspace", path), text);
  }
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }));
  const servePort = await freePort();
  const serveUrl = `http://127.0.0.1:${servePort}`;
  const sockets = new Set<WebSocket>();
  let child: ChildProcess | undefined;
  let instance = "";
  let repl: Repl = {
    id: replId, name: "Hello, Devex", template: "node", owner: { id: "local-ada", login: "ada", name: "Ada" }, role: "owner", state: "running",
    runCommand: "node src/main.js", defaultFile: "src/main.js", saved: null,
  };

  const token = (claims: object): string => {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const body = `${part({ alg: "ES256", typ: "JWT" })}.${part({ iat: now, exp: now + 50, repl: replId, ...claims })}`;
    return `${body}.${sign("sha256", Buffer.from(body), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  };

  const control = async (method: "GET" | "PUT", path: string, body?: object) => {
    const text = body ? JSON.stringify(body) : "";
    const claims = {
      aud: "devex-control", htm: method, htu: path, bh: createHash("sha256").update(text).digest("base64url"), ...(instance ? { inst: instance } : {}),
    };
    const response = await fetch(serveUrl + path, {
      method, headers: { Authorization: `Bearer ${token(claims)}`, "Content-Type": "application/json" }, ...(body ? { body: text } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { instance: string };
  };

  const start = async () => {
    instance = "";
    child = spawn(runner, ["serve"], {
      env: {
        PATH: process.env.PATH, LANG: "C.UTF-8", TERM: "xterm-256color", DEVEX_REPL: replId, DEVEX_FILES: folder, DEVEX_LISTEN: serveUrl,
        DEVEX_CORE_KEY: publicKey.export({ type: "spki", format: "der" }).toString("base64"), DOTNET_ROOT: process.env.DOTNET_ROOT,
      },
      stdio: "inherit",
    });
    for (let i = 0; ; i++) {
      try {
        instance = (await control("GET", "/status")).instance;
        break;
      } catch (error) {
        if (i > 300) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    await control("PUT", "/control", { webOrigin: url, name: repl.name, runCommand: repl.runCommand, frozen: false, environment: {} });
  };

  const kill = () => new Promise<void>((resolve) => {
    if (!child || child.exitCode !== null) resolve();
    else {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    }
  });

  const tell = (event: object) => {
    for (const socket of sockets) socket.send(JSON.stringify(event));
  };

  const setState = (state: ReplState, changes: Partial<Repl> = {}) => {
    repl = { ...repl, ...changes, state };
    tell({ type: "repl", repl });
  };

  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    const json = (status: number, value: unknown) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    };
    if (pathname === "/api/me/settings") json(200, { fontSize: 13, tabSize: null, wrap: false, guides: true, keys: "code", theme: null, formatOnSave: false });
    else if (pathname === "/api/antiforgery") json(200, { token: "dev" });
    else if (pathname === `/api/repls/${replId}`) json(200, repl);
    else if (pathname === `/api/repls/${replId}/tickets`) {
      if (repl.state !== "running") json(409, { code: "repl.notRunning", detail: "The REPL is not running." });
      else {
        // Whoever opens the page may say who they are: this is a bench, on loopback.
        const who = new URL(request.headers.referer ?? url).searchParams;
        const user = who.get("user") ?? "ada";
        const role = (who.get("role") ?? "owner") as Role;
        const ticket = token({ aud: "devex-ticket", jti: randomUUID(), inst: instance, sub: `local-${user}`, name: user[0]?.toUpperCase() + user.slice(1), role });
        json(200, { url: `${serveUrl.replace("http", "ws")}/session`, ticket, expiresAt: new Date(Date.now() + 50_000).toISOString() });
      }
    } else if (pathname === `/api/repls/${replId}/start`) {
      setState("starting", { progress: { sessionId: "s", kind: "start", startedAt: new Date().toISOString(), stages: [{ name: "restoring", startedAt: new Date().toISOString(), done: 12e6, total: 30e6 }] } });
      json(202, repl);
      await start();
      setState("running");
    } else if (pathname === "/") page(response, searchParams);
    else file(pathname, response);
  }

  function page(response: ServerResponse, search: URLSearchParams): void {
    const theme = search.get("theme") === "light" ? "light" : "dark";
    const user = search.get("user") ?? "ada";
    const config = JSON.stringify({
      replId, name: repl.name, template: repl.template, owner: repl.owner, role: search.get("role") ?? "owner", state: repl.state, defaultFile: repl.defaultFile,
      runCommand: repl.runCommand, user: { id: `local-${user}`, name: user }, apiBase: "/api", theme, isolated: false, notice: "Not isolated: bench",
      previewOrigin: `http://{port}-${replId}.preview.localhost:8081`,
    }).replaceAll("<", "\\u003c");
    response.writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'self'; script-src 'self' 'nonce-dev'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; connect-src 'self' ws: http://127.0.0.1:*; object-src 'none'; frame-ancestors 'none'",
    }).end(`<!DOCTYPE html><html lang="en" data-theme="${theme}"><head><meta charset="utf-8"><title>Devex</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><link rel="stylesheet" href="/workbench/workbench.css"></head>
<body><div id="workbench"></div><script type="module" nonce="dev">
import { mount } from "/workbench/workbench.js";
window.mounted = mount(document.getElementById("workbench"), ${config});
</script></body></html>`);
  }

  function file(pathname: string, response: ServerResponse): void {
    const path = join(wwwroot, normalize(pathname));
    if (!path.startsWith(wwwroot) || !existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    const types: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".map": "application/json" };
    response.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream" }).end(readFileSync(path));
  }

  const events = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    events.handleUpgrade(request, socket, head, (client) => {
      sockets.add(client);
      client.on("close", () => sockets.delete(client));
      client.send(JSON.stringify({ type: "snapshot", repls: [repl] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await start();

  return {
    url, folder, kill, start, setState,
    savedNow: () => {
      const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
      const saved = { root: 7, at: new Date().toISOString(), files: 12, bytes: 34_000, asOf: { bootId, nanoseconds: uptime * 1e9 }, stale: [] };
      repl = { ...repl, saved };
      tell({ type: "saved", id: replId, saved });
    },
    close: async () => {
      await kill();
      for (const socket of sockets) socket.terminate();
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createProbe();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
