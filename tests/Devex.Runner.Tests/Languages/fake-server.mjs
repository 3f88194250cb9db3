// A language server for tests. It keeps the texts it is told and does as the method or the text says:
//   hover answers the whole text; a document that contains CRASH, GARBAGE, HUGE or SILENT makes it do so on hover.

const incremental = process.argv.includes("--incremental");
const texts = new Map();
let initialized = false;
let input = Buffer.alloc(0);

if (process.argv.includes("--die")) {
  process.stderr.write("\u001b[31mno such option: --die\u001b[0m\n");
  process.exit(7);
}

const send = (message) => {
  const json = JSON.stringify({ jsonrpc: "2.0", ...message });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
};

const offset = (text, { line, character }) => {
  let at = 0;
  while (line-- > 0) at = text.indexOf("\n", at) + 1;
  return at + character;
};

const handlers = {
  initialize: (id) => send({
    id, result: { capabilities: { textDocumentSync: incremental ? 2 : { openClose: true, change: 1 }, hoverProvider: true, diagnosticProvider: {} } },
  }),
  initialized: () => {
    initialized = true;
    send({ id: "ask", method: "workspace/configuration", params: { items: [{ section: "fake.level" }, { section: "nothing" }] } });
    send({ id: 2, method: "client/registerCapability", params: { registrations: [] } });
    send({ id: 3, method: "workspace/workspaceFolders" });
    send({ id: 4, method: "unknown/question", params: {} });
  },
  "textDocument/didOpen": (_, { textDocument }) => texts.set(textDocument.uri, textDocument.text),
  "textDocument/didClose": (_, { textDocument }) => texts.delete(textDocument.uri),
  "textDocument/didChange": (_, { textDocument, contentChanges }) => {
    let text = texts.get(textDocument.uri);
    for (const { range, text: inserted } of contentChanges) {
      text = range ? text.slice(0, offset(text, range.start)) + inserted + text.slice(offset(text, range.end)) : inserted;
    }
    texts.set(textDocument.uri, text);
    send({ method: "textDocument/publishDiagnostics", params: { uri: textDocument.uri, version: textDocument.version, diagnostics: [] } });
  },
  "textDocument/hover": (id, { textDocument, position }) => {
    const text = texts.get(textDocument.uri) ?? "";
    if (text.includes("CRASH")) {
      process.stderr.write("out of luck\n");
      process.exit(3);
    } else if (text.includes("GARBAGE")) {
      process.stdout.write("Hello, I am no server.\r\n\r\n");
    } else if (text.includes("TOOBIG")) {
      process.stdout.write("Content-Length: 999999999\r\n\r\n");
    } else if (text.includes("HUGE")) {
      send({ id, result: { contents: "x".repeat(9_000_000) } });
    } else if (!text.includes("SILENT")) {
      send({ id, result: { contents: text, position, answers: globalThis.answers } });
    }
  },
  shutdown: (id) => send({ id, result: null }),
};

process.stdin.on("data", (data) => {
  input = Buffer.concat([input, data]);
  for (;;) {
    const end = input.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(input.subarray(0, end).toString())[1]);
    if (input.length < end + 4 + length) return;
    const message = JSON.parse(input.subarray(end + 4, end + 4 + length).toString());
    input = input.subarray(end + 4 + length);
    if (message.method === undefined) (globalThis.answers ??= {})[message.id] = message.result ?? message.error?.code ?? null;
    // As real servers do, it drops what comes too early.
    else if (initialized || message.method.startsWith("initialize")) handlers[message.method]?.(message.id, message.params);
  }
});
process.stdin.on("end", () => process.exit(0));
