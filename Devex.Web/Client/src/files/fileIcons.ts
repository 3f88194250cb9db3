import type { IconName } from "../layout/icons.js";
import type { FileEntry } from "../protocol/files.js";
import { isFolder } from "./treeModel.js";

const byExtension: Record<string, IconName> = {};
const put = (name: IconName, extensions: string) => extensions.split(" ").forEach((extension) => { byExtension[extension] = name; });
put("code", "ts tsx js jsx mjs cjs cs fs py rb rs go c h cpp hpp cc java kt swift php lua sh bash zsh html htm css scss less vue svelte razor sql r jl ex exs hs scala dart zig");
put("text", "md txt rst adoc log tex");
put("image", "png jpg jpeg gif webp avif bmp ico svg");
put("data", "json jsonc yaml yml toml xml csv tsv csproj props targets sln lock");
put("gear", "env ini cfg conf editorconfig gitignore dockerignore");

/** An outline for the kind of file, by its name. */
export function fileIcon(entry: FileEntry, expanded: boolean): IconName {
  if (isFolder(entry)) return expanded ? "folderOpen" : "folder";
  if (entry.kind === "link") return "link";
  const name = entry.name.toLowerCase();
  if (name === "dockerfile" || name === "makefile") return "gear";
  return byExtension[name.slice(name.lastIndexOf(".") + 1)] ?? "file";
}
