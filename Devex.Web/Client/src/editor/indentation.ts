import type { Text } from "@codemirror/state";

const tabs = new Set(["go", "mk", "gitconfig"]);
const four = new Set(["py", "cs", "java", "rs", "c", "h", "cpp", "hpp", "cc", "kt", "swift", "php", "toml"]);

/** One step of indentation: what the file does, or else what its language does. */
export function indentationOf(name: string, text: Text): string {
  let withTabs = 0;
  const widths = new Map<number, number>();
  let before = 0;
  let seen = 0;
  for (const line of text.iterLines()) {
    if (++seen > 1000) break;
    const lead = /^[ \t]*(?=\S)/.exec(line)?.[0];
    if (lead === undefined) continue;
    if (lead.startsWith("\t")) {
      withTabs++;
      continue;
    }
    const step = lead.length - before;
    if (step >= 2 && step <= 8) widths.set(step, (widths.get(step) ?? 0) + 1);
    before = lead.length;
  }
  const [width, count] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [0, 0];
  if (withTabs > count) return "\t";
  if (count > 0) return " ".repeat(width);
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (tabs.has(extension) || /^(Makefile|GNUmakefile)$/i.test(name)) return "\t";
  return " ".repeat(four.has(extension) ? 4 : 2);
}

export const indentationName = (unit: string): string => (unit === "\t" ? "Tabs" : `Spaces: ${unit.length}`);
