import { resolve } from "node:path";
import { harness } from "./harness.js";
import { sample } from "./sample.js";

const runner = process.argv[2] ?? process.env.DEVEX_RUNNER;
if (!runner) throw new Error("Name the built runner: node dev.mjs serve ../../Devex.Runner/bin/Debug/net10.0/Devex.Runner");
const bench = await harness(resolve(runner), resolve("../wwwroot"), sample, 5180);
console.log(`The workbench is at ${bench.url} (?theme=light, ?user=bob, ?role=viewer); Ctrl-C ends it.`);
process.on("SIGINT", () => void bench.close().then(() => process.exit(0)));
