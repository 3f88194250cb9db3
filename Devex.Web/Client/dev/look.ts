// Checks the workbench in a real browser against a real runner, and takes its picture.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { chromium, type Page } from "playwright-core";
import { harness } from "./harness.js";
import { sample } from "./sample.js";

const runner = process.argv[2] ?? process.env.DEVEX_RUNNER;
const pictures = process.argv[3] ?? "/tmp";
if (!runner) throw new Error("Name the built runner.");
const bench = await harness(resolve(runner), resolve("../wwwroot"), sample);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });

const wait = async <T>(what: string, probe: () => Promise<T | undefined | false>, limit = 20_000): Promise<T> => {
  const end = Date.now() + limit;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`Never happened: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};
const file = (path: string) => readFileSync(join(bench.folder, "workspace", path), "utf8");
const editor = (page: Page) => page.evaluate(() => window.devexWorkbench?.editorText());
const terminal = (page: Page) => page.evaluate(() => window.devexWorkbench?.terminalText());
const live = (page: Page) => wait("live", () => page.evaluate(() => window.devexWorkbench?.connection() === "live"));
const save = (page: Page) => page.getByTestId("save-state").textContent();
let passed = 0;
const done = (what: string) => {
  passed++;
  console.log(`✔ ${what}`);
};

const open = async (query: string, width = 1440, height = 900): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width, height } });
  if (process.env.FRAMES) {
    page.on("websocket", (socket) => {
      if (!socket.url().includes("/terminals/")) return;
      socket.on("framereceived", ({ payload }) => console.log(socket.url().slice(-30), typeof payload === "string" ? payload : payload.length));
      socket.on("close", () => console.log(socket.url().slice(-30), "closed"));
    });
  }
  page.on("pageerror", (error) => console.error("page error:", error));
  page.on("console", (message) => {
    if (message.type() === "error" && !/WebSocket|ERR_CONNECTION|favicon/.test(message.text())) console.error("console:", message.text());
  });
  await page.goto(bench.url + query);
  return page;
};

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const accessible = async (page: Page, what: string) => {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: { run(): Promise<{ violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe.run();
    return violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html.slice(0, 160)}\n    ${node.failureSummary}`).join("\n")}`);
  });
  if (found.length > 0) console.error(`✖ ${what}: axe found ${found.length}\n  ${found.join("\n  ")}`);
  else done(`axe finds nothing: ${what}`);
};

try {
  const ada = await open("/?user=ada");
  await live(ada);
  await wait("the default file", async () => (await editor(ada))?.includes("createServer"));
  await ada.getByTestId("file:README.md").waitFor();
  await wait("a prompt", async () => /[$#]\s*$/.test((await terminal(ada)) ?? ""));
  done("It connects, lists, opens the default file and a terminal");

  await ada.getByTestId("editor").click();
  await ada.keyboard.press("Control+Home");
  await ada.keyboard.type("// typed by ada\n");
  await wait("the file on disk", () => Promise.resolve(file("src/main.js").startsWith("// typed by ada\n")));
  await wait("saved", async () => (await save(ada)) === "Saved");
  bench.savedNow();
  await wait("saved to S3", async () => (await save(ada)) === "Saved to S3");
  done("What is typed reaches the file, then says Saved, then Saved to S3");

  await ada.getByTestId("terminal").click();
  await ada.keyboard.type("echo $((6*7)) && ls\n");
  await wait("output", async () => (await terminal(ada))?.includes("\n42"));
  done("The terminal runs what is typed");

  const bob = await open("/?user=bob&theme=light");
  await live(bob);
  await wait("bob's editor", async () => (await editor(bob))?.startsWith("// typed by ada"));
  await bob.getByTestId("editor").click();
  await bob.keyboard.press("Control+Home");
  await bob.keyboard.press("ArrowDown");
  await bob.keyboard.press("ArrowDown");
  await bob.keyboard.press("End");
  await bob.keyboard.press("Shift+Home");
  await ada.locator(".dx-caret").waitFor();
  assert.equal(await ada.locator(".dx-caret-name").textContent(), "Bob");
  await bob.keyboard.press("Control+End");
  await bob.keyboard.type("// and bob\n");
  await wait("bob's edit at ada's", async () => (await editor(ada))?.endsWith("// and bob\n"));
  done("Two people see each other's edits and cursors");
  await ada.screenshot({ path: `${pictures}/wb-dark.png` });
  await bob.getByTestId("file:src").click({ button: "right" });
  await bob.waitForTimeout(400);
  await bob.screenshot({ path: `${pictures}/wb-light-menu.png` });
  await bob.keyboard.press("Escape");
  await accessible(ada, "dark");
  await accessible(bob, "light");

  await bench.kill();
  await ada.getByTestId("banner").waitFor();
  await ada.getByTestId("editor").click();
  await ada.keyboard.press("Control+Home");
  await ada.keyboard.type("// while away\n");
  await wait("offline words", async () => (await save(ada)) === "Offline: kept in this tab");
  await ada.screenshot({ path: `${pictures}/wb-offline.png` });
  await bench.start();
  await live(ada);
  await wait("sent after all", () => Promise.resolve(file("src/main.js").startsWith("// while away\n// typed by ada\n")), 30_000);
  await live(bob);
  await wait("bob has it", async () => (await editor(bob))?.startsWith("// while away\n"));
  await wait("a new terminal", async () => /[$#]\s*$/.test((await terminal(ada)) ?? ""));
  done("A session that crashed comes back by itself, and what was typed meanwhile is kept");

  await ada.getByTestId("run").click();
  await wait("the server runs", async () => (await terminal(ada))?.includes("Listening on 3000"));
  await ada.getByTestId("port:3000").waitFor();
  await ada.screenshot({ path: `${pictures}/wb-run.png` });
  await ada.getByTestId("run").click();
  await wait("an outcome", async () => /Exit|Done/.test((await ada.getByTestId("run-result").textContent()) ?? ""));
  done("Run shows console, port and outcome");

  await ada.getByTestId("file-tree").focus();
  await ada.keyboard.press("Home");
  await ada.keyboard.press("Alt+n");
  await ada.getByTestId("name-input").fill("new/notes.md");
  await ada.keyboard.press("Enter");
  await ada.locator("[data-testid='tab:data/new/notes.md'], [data-testid='tab:new/notes.md']").waitFor();
  done("A new file is named in place, folders on the way are made");

  const windows = await wait("windows", () => Promise.resolve(ada.getByTestId("file:windows.txt")));
  await windows.click();
  await wait("crlf text", async () => (await editor(ada)) === "one\ntwo\n");
  await ada.getByTestId("editor").click();
  await ada.keyboard.press("Control+End");
  await ada.keyboard.type("three\n");
  await wait("crlf kept", () => Promise.resolve(file("windows.txt") === "one\r\ntwo\r\nthree\r\n"));
  done("A file with CRLF keeps it");

  await windows.click();
  await ada.getByTestId("file-tree").focus();
  await ada.keyboard.press("F2");
  await ada.getByTestId("name-input").fill("unix.txt");
  await ada.keyboard.press("Enter");
  await ada.getByTestId("tab:unix.txt").waitFor();
  await ada.getByTestId("file:unix.txt").waitFor();
  await ada.keyboard.press("Delete");
  await ada.getByTestId("dialog-confirm").click();
  await ada.getByTestId("file:unix.txt").waitFor({ state: "detached" });
  done("Rename and delete by keyboard");

  await ada.getByTestId("upload-input").setInputFiles({ name: "up.bin", mimeType: "application/octet-stream", buffer: Buffer.from([0, 1, 2, 255, 0]) });
  await ada.getByTestId("file:up.bin").click();
  await ada.getByTestId("file-note").waitFor();
  done("An upload arrives; a binary file says what it is");

  await ada.keyboard.press("F1");
  await ada.getByTestId("keys").waitFor();
  await ada.waitForTimeout(300);
  await ada.screenshot({ path: `${pictures}/wb-keys.png` });
  await ada.keyboard.press("Escape");

  const phone = await open("/?user=cyd", 390, 844);
  await live(phone);
  await wait("text on the phone", async () => (await editor(phone))?.includes("createServer"));
  await phone.screenshot({ path: `${pictures}/wb-phone-editor.png` });
  await phone.getByTestId("switch-files").click();
  await phone.getByTestId("file:src").waitFor();
  await phone.screenshot({ path: `${pictures}/wb-phone-files.png` });
  await accessible(phone, "phone");
  await phone.getByTestId("switch-terminal").click();
  await wait("a prompt on the phone", async () => /[$#]\s*$/.test((await terminal(phone)) ?? ""));
  await phone.getByTestId("terminal").click();
  await phone.keyboard.type("echo phone\n");
  await wait("typed on the phone", async () => (await terminal(phone))?.includes("\nphone"));
  await phone.screenshot({ path: `${pictures}/wb-phone-terminal.png` });
  assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the phone");
  done("One pane at a time at 390 px");
  await phone.close();

  const viewer = await open("/?user=vic&role=viewer&theme=light");
  await live(viewer);
  await wait("text for the viewer", async () => (await editor(viewer))?.includes("createServer"));
  await viewer.getByTestId("editor").click();
  await viewer.keyboard.type("nope");
  assert.ok(!(await editor(viewer))?.includes("nope"));
  assert.ok(await viewer.getByTestId("run").isHidden());
  await viewer.screenshot({ path: `${pictures}/wb-viewer.png` });
  await viewer.close();
  done("A viewer reads and cannot write");

  await ada.getByTestId("file:src").waitFor();
  bench.setState("stopping", { progress: { sessionId: "s", kind: "stop", startedAt: new Date().toISOString(), stages: [
    { name: "freezing", startedAt: new Date(Date.now() - 900).toISOString(), endedAt: new Date(Date.now() - 850).toISOString() },
    { name: "ending", startedAt: new Date(Date.now() - 850).toISOString(), endedAt: new Date(Date.now() - 300).toISOString() },
    { name: "saving", startedAt: new Date(Date.now() - 300).toISOString(), done: 12e6, total: 30e6 },
  ] } });
  await bench.kill();
  await wait("the stop's overlay", () => ada.getByTestId("overlay").isVisible());
  await ada.screenshot({ path: `${pictures}/wb-stopping.png` });
  bench.setState("stopped", { progress: null });
  await ada.getByTestId("start").waitFor();
  await ada.screenshot({ path: `${pictures}/wb-stopped.png` });
  await ada.getByTestId("start").click();
  await live(ada);
  await ada.getByTestId("overlay").waitFor({ state: "hidden" });
  done("Stopped and started again on the same page");
  console.log(`\n${passed} passed, 0 failed`);
} catch (error) {
  for (const [index, page] of browser.contexts().flatMap((context) => context.pages()).entries()) {
    await page.screenshot({ path: `${pictures}/wb-failed-${index}.png` }).catch(() => undefined);
    console.error(index, await terminal(page).catch(() => ""), JSON.stringify(await editor(page).catch(() => "")), await page.getByTestId("toasts").textContent().catch(() => ""));
  }
  throw error;
} finally {
  await browser.close();
  await bench.close();
}
