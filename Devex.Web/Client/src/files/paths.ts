/** Paths are relative to the workspace, `/` between segments, empty for the workspace itself. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");

export const join = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

/** Whether a path is a folder's own or lies in it. */
export const isWithin = (path: string, folder: string): boolean => folder === "" || path === folder || path.startsWith(`${folder}/`);

/** The path after one of its folders (or itself) was moved. */
export const moved = (path: string, from: string, to: string): string => (isWithin(path, from) ? to + path.slice(from.length) : path);

/** A path in an address: each segment by itself, so that `#`, `?` and `%` in names stay names. */
export const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** Why a name cannot be; undefined when it can. Slashes make folders on the way. */
export function nameProblem(name: string, taken: (name: string) => boolean): string | undefined {
  if (name === "") return "A name is needed.";
  if (name.startsWith("/") || name.endsWith("/") || name.includes("//")) return "A name cannot begin or end with a slash.";
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f]/.test(name)) return "A name cannot contain control characters.";
  for (const segment of name.split("/")) {
    if (segment === "." || segment === "..") return "A name cannot be . or .. by itself.";
    if (new TextEncoder().encode(segment).length > 255) return "A name can have 255 bytes at most.";
    if (segment.startsWith(".devex-")) return "Names that begin with .devex- are kept for Devex.";
  }
  return taken(name) ? `${name} exists already.` : undefined;
}

/** A free name beside an existing one: `main copy.ts`, `main copy 2.ts`. */
export function copyName(name: string, taken: (name: string) => boolean): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let i = 1; ; i++) {
    const candidate = `${stem} copy${i === 1 ? "" : ` ${i}`}${extension}`;
    if (!taken(candidate)) return candidate;
  }
}

/** Folders first, then by name as people order them: `file2` before `file10`. */
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export const compareNames = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
