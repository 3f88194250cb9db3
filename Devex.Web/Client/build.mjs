// Bundles the workbench into wwwroot/workbench: start.js, workbench.js, workbench.css, viewer.js, theme.css, chunks with hashed names, fonts, and first.json, which names what a
// page imports before it does anything.
import { rm, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const argument = (name, otherwise) => process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = argument("out", fileURLToPath(new URL("../wwwroot/workbench", import.meta.url)));
const debug = argument("configuration", "Debug") === "Debug";

/** Both modules that a page begins with, and all that they import; what they import later is not among it. */
function first({ outputs }) {
  const found = new Set();
  const add = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const { kind, path: imported } of outputs[path].imports) if (kind === "import-statement") add(imported);
  };
  const folder = relative(here, outdir);
  for (const entry of ["start.js", "workbench.js"]) add(`${folder}/${entry}`);
  return [...found].map((path) => `workbench/${relative(folder, path)}`);
}

const writeFirst = {
  name: "first.json",
  setup: ({ onEnd }) => onEnd(async ({ metafile }) => {
    if (metafile) await writeFile(`${outdir}/first.json`, JSON.stringify(first(metafile)));
  }),
};

const options = {
  absWorkingDir: here,
  entryPoints: [
    { in: "src/workbench/start.ts", out: "start" },
    { in: "src/workbench/workbench.ts", out: "workbench" },
    { in: "src/workbench/workbench.css", out: "workbench" },
    { in: "src/viewer/viewer.ts", out: "viewer" },
    { in: "src/theme/theme.css", out: "theme" },
  ],
  entryNames: "[name]",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "fonts/[name]-[hash]",
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  loader: { ".woff2": "file" },
  minify: !debug,
  sourcemap: debug ? "linked" : false,
  legalComments: "none",
  metafile: true,
  plugins: [writeFirst],
  logLevel: "warning",
};

if (process.argv.includes("--watch")) {
  const context = await esbuild.context({ ...options, logLevel: "info" });
  await context.watch();
} else {
  // Chunks of former builds would be published along with the new ones.
  await rm(outdir, { recursive: true, force: true });
  await esbuild.build(options);
}
