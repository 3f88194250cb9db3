// Runs dev/*.ts by Node: `node dev.mjs serve` for a bench in the browser, `node dev.mjs look` for checks and pictures of it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = mkdtempSync(`${here}node_modules/.dev-`);
await esbuild.build({
  absWorkingDir: here, entryPoints: [`dev/${process.argv[2] ?? "serve"}.ts`], outfile: `${out}/main.mjs`, bundle: true, platform: "node", format: "esm",
  packages: "external", sourcemap: "inline", logLevel: "warning",
});
const child = spawn(process.execPath, ["--enable-source-maps", `${out}/main.mjs`, ...process.argv.slice(3)], { cwd: here, stdio: "inherit" });
child.on("exit", (code) => {
  rmSync(out, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});
process.on("SIGINT", () => undefined);
