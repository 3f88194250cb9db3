// Bundles the workbench into wwwroot/workbench: workbench.js, workbench.css, viewer.js, theme.css, chunks with hashed names, fonts.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const argument = (name, otherwise) => process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = argument("out", fileURLToPath(new URL("../wwwroot/workbench", import.meta.url)));
const debug = argument("configuration", "Debug") === "Debug";

const options = {
  absWorkingDir: here,
  entryPoints: [
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
