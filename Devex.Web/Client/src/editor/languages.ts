import { LanguageDescription } from "@codemirror/language";
import { languages } from "@codemirror/language-data";

// Names that the list does not know.
const others: Record<string, string> = {
  "razor": "HTML", "cshtml": "HTML", "csproj": "XML", "props": "XML", "targets": "XML", "sln": "Properties files", "svg": "XML",
  "mjs": "JavaScript", "cjs": "JavaScript", "mts": "TypeScript", "cts": "TypeScript", "jsonc": "JSON", "webmanifest": "JSON",
  "zsh": "Shell", "bashrc": "Shell", "env": "Properties files", "gitignore": "Properties files", "editorconfig": "Properties files",
};

// With tables, tasks and what GitHub adds, and the code in it in the colours of its own language.
const markdown = LanguageDescription.of({
  name: "Markdown", extensions: ["md", "markdown", "mkd"],
  load: async () => {
    const { markdown, markdownLanguage } = await import("@codemirror/lang-markdown");
    return markdown({ base: markdownLanguage, codeLanguages: known });
  },
});

const known = [markdown, ...languages.filter((language) => language.name !== markdown.name)];

/** The language of a file by its name; its grammar is fetched when it is loaded. */
export function languageOf(name: string): LanguageDescription | undefined {
  const byName = LanguageDescription.matchFilename(known, name);
  if (byName) return byName;
  const other = others[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
  return other === undefined ? undefined : known.find((language) => language.name === other);
}
