/** Lines of a `.env` file: `NAME=value`, quotes around the value taken off, comments and `export` left out. */
export function pasted(text: string): [string, string][] {
  return text.split(/\r?\n/).flatMap((line) => {
    const found = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!found) return [];
    const [, name = "", raw = ""] = found;
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    return [[name, quoted ? (quoted[2] ?? "") : raw.replace(/\s+#.*$/, "")] as [string, string]];
  });
}
