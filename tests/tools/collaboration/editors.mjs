// Many people who type into one text at once, of Devex or of y-websocket's server: how long a key takes to everybody else, and what processor time the server takes for it.
// Standard input is one JSON object: the server ("devex" with url, host, origin and a ticket a person; "yjs" with url), its pid, how many people, how often each types, how long, and
// whether each says where their cursor is, as the pages of both do: ours at most ten times a second and when all is confirmed, y-codemirror's with each key.
// All people are here, so that one clock measures, and each applies every change to a text of their own. What is typed is a character that nobody else types in this run.
import { ChangeSet, Text } from "@codemirror/state";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { readFileSync } from "node:fs";
import { text as read } from "node:stream/consumers";
import { WebSocket } from "ws";
import * as awareness from "y-protocols/awareness";
import * as sync from "y-protocols/sync";
import * as Y from "yjs";

const plan = JSON.parse(await read(process.stdin));
const first = 0x4e00, last = 0x9fff;
const typed = new Map();
const took = [];
let keys = 0;
let counts = false;

/** Somebody has seen what another has typed. */
function seen(person, characters) {
  const now = performance.now();
  for (const character of characters) {
    const key = typed.get(character);
    if (key === undefined || key.person === person || !key.counts) continue;
    took.push(now - key.at);
  }
}

class DevexEditor {
  #waiting = [];
  #sending = false;
  #sent = 0;
  #version = 0;
  #text = Text.empty;
  #cursor = 0;
  #moved = false;
  #moving;

  constructor(person, socket) {
    this.person = person;
    this.socket = socket;
    this.client = `person-of-bench${String(person).padStart(2, "0")}`.slice(-16);
    this.ready = new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("message", (data) => this.#take(JSON.parse(data), resolve, reject));
    });
  }

  type(character) {
    this.#waiting.push(character);
    this.#push();
  }

  get content() {
    return this.#text.toString();
  }

  get idle() {
    return this.#waiting.length === 0 && !this.#sending;
  }

  #push() {
    if (this.#sending || this.#waiting.length === 0) return;
    this.#sending = true;
    const at = Math.floor(Math.random() * (this.#text.length + 1));
    const changes = ChangeSet.of({ from: at, insert: this.#waiting.join("") }, this.#text.length).toJSON();
    this.#cursor = at + this.#waiting.length;
    this.#waiting = [];
    this.#ask("documents.push", { document: this.document, version: this.#version, updates: [{ client: this.client, n: ++this.#sent, changes }] });
  }

  #take(frame, resolve, reject) {
    if (frame.method === "session.welcome") {
      this.#ask("documents.open", { path: "shared.txt", create: true });
    } else if (frame.method === "documents.updates") {
      for (const update of frame.params.updates) {
        const changes = ChangeSet.fromJSON(update.changes);
        this.#text = changes.apply(this.#text);
        this.#version += 1;
        if (update.client !== this.client) changes.iterChanges((_from, _to, _begin, _end, inserted) => seen(this.person, inserted.toString()));
      }
    } else if (frame.error) {
      reject(new Error(JSON.stringify(frame.error)));
      throw new Error(JSON.stringify(frame.error));
    } else if (frame.result?.document !== undefined) {
      this.document = frame.result.document;
      this.#version = frame.result.version;
      this.#text = Text.of(frame.result.text.split("\n"));
      resolve();
    } else if (frame.result?.version !== undefined) {
      this.#sending = false;
      if (plan.cursors) {
        this.#moved = true;
        this.#moving ??= setTimeout(() => {
          this.#moving = undefined;
          this.#present();
        }, 100);
      }
      this.#push();
      this.#present();
    }
  }

  #present() {
    if (!this.#moved || this.#moving !== undefined || this.#sending) return;
    this.#moved = false;
    this.#ask("documents.presence", { document: this.document, version: this.#version, selections: [{ anchor: this.#cursor, head: this.#cursor }] });
  }

  #ask(method, params) {
    this.asked = (this.asked ?? 0) + 1;
    this.socket.send(JSON.stringify({ jsonrpc: "2.0", id: this.asked, method, params }));
  }
}

class YjsEditor {
  #doc = new Y.Doc();
  #text = this.#doc.getText("shared");
  #people = new awareness.Awareness(this.#doc);

  constructor(person, socket) {
    this.person = person;
    socket.binaryType = "arraybuffer";
    this.#doc.on("update", (update, origin) => {
      if (origin !== socket) {
        socket.send(this.#frame((encoder) => sync.writeUpdate(encoder, update)));
        return;
      }
      // What is new is in the update: the text's own event would walk through all of it, fifty times for each key.
      for (const { content } of Y.decodeUpdate(update).structs) if (content instanceof Y.ContentString) seen(person, content.str);
    });
    if (plan.cursors) {
      this.#people.setLocalStateField("user", { name: `Person ${person}`, color: "#30bced", colorLight: "#30bced33" });
      this.#people.on("update", (_changes, origin) => {
        if (origin === "local") socket.send(this.#frame((encoder) => encoding.writeVarUint8Array(encoder, awareness.encodeAwarenessUpdate(this.#people, [this.#doc.clientID])), 1));
      });
    }
    this.ready = new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => socket.send(this.#frame((encoder) => sync.writeSyncStep1(encoder, this.#doc))));
      socket.on("message", (data) => {
        const decoder = decoding.createDecoder(new Uint8Array(data));
        const kind = decoding.readVarUint(decoder);
        if (kind === 1) awareness.applyAwarenessUpdate(this.#people, decoding.readVarUint8Array(decoder), socket);
        if (kind !== 0) return;
        const encoder = encoding.createEncoder();
        encoding.writeVarUint(encoder, 0);
        if (sync.readSyncMessage(decoder, encoder, this.#doc, socket) === sync.messageYjsSyncStep2) resolve();
        if (encoding.length(encoder) > 1) socket.send(encoding.toUint8Array(encoder));
      });
    });
  }

  type(character) {
    const at = Math.floor(Math.random() * (this.#text.length + 1));
    this.#text.insert(at, character);
    if (!plan.cursors) return;
    const place = Y.createRelativePositionFromTypeIndex(this.#text, at + 1);
    this.#people.setLocalStateField("cursor", { anchor: place, head: place });
  }

  get content() {
    return this.#text.toString();
  }

  get idle() {
    return true;
  }

  #frame(write, kind = 0) {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, kind);
    write(encoder);
    return encoding.toUint8Array(encoder);
  }
}

/** Processor time of the server so far, milliseconds. */
function used() {
  const stat = readFileSync(`/proc/${plan.pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Everybody types for so long, each at their own moments. */
async function typeFor(editors, milliseconds) {
  const began = performance.now();
  await Promise.all(editors.map(async (editor) => {
    for (let next = Math.random() * plan.every; next < milliseconds; next += plan.every) {
      await pause(Math.max(0, began + next - performance.now()));
      const character = String.fromCharCode(first + keys++);
      if (keys > last - first) throw new Error("There are not so many characters.");
      typed.set(character, { person: editor.person, at: performance.now(), counts });
      editor.type(character);
    }
  }));
}

const editors = Array.from({ length: plan.people }, (_, person) =>
  plan.server === "devex"
    ? new DevexEditor(person, new WebSocket(`${plan.url}/session`, ["devex.v1", `ticket.${plan.tickets[person]}`], { origin: plan.origin, headers: { Host: plan.host } }))
    : new YjsEditor(person, new WebSocket(`${plan.url}/shared`)));
await Promise.all(editors.map((editor) => editor.ready));
await typeFor(editors, plan.warm);
counts = true;
const before = { cpu: used(), keys };
await typeFor(editors, plan.long);
const expected = (keys - before.keys) * (plan.people - 1);
for (const until = performance.now() + 60_000; (took.length < expected || editors.some((editor) => !editor.idle)) && performance.now() < until;) await pause(10);
const cpu = used() - before.cpu;
took.sort((a, b) => a - b);
const quantile = (part) => took[Math.min(took.length - 1, Math.floor(part * took.length))];
process.stdout.write(JSON.stringify({
  keys: keys - before.keys, missing: expected - took.length, same: editors.every((editor) => editor.content === editors[0].content), cpu, p50: quantile(0.5), p99: quantile(0.99),
}) + "\n");
process.exit(0);
