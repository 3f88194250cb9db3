import type { FoundFile, FoundMatch, ReplaceInFiles, EndedSearch, SearchQuery } from "../protocol/search.js";
import { compareNames, folderOf, nameOf } from "../files/paths.js";

/** What one search found so far, less what the person took out of it. */
export class SearchModel {
  readonly #files = new Map<string, FoundFile>();
  #query: SearchQuery = { text: "" };
  end: EndedSearch | undefined;

  begin(query: SearchQuery): void {
    this.#query = query;
    this.#files.clear();
    this.end = undefined;
  }

  get query(): SearchQuery {
    return this.#query;
  }

  found(files: readonly FoundFile[]): void {
    for (const file of files) this.#files.set(file.path, file);
  }

  /** By folder, then by name. */
  get files(): readonly FoundFile[] {
    return [...this.#files.values()].sort((a, b) => compareNames(folderOf(a.path), folderOf(b.path)) || compareNames(nameOf(a.path), nameOf(b.path)));
  }

  get matches(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.matches.length, 0);
  }

  /** Takes a match, or with none a file, out of what is shown and replaced. */
  dismiss(path: string, match?: FoundMatch): void {
    const file = this.#files.get(path);
    if (!file) return;
    const left = match === undefined ? [] : file.matches.filter((other) => other !== match);
    if (left.length === 0) this.#files.delete(path);
    else this.#files.set(path, { ...file, matches: left });
  }

  /** What replacing would do: all that is shown, or one file of it. */
  replacement(only?: string): ReplaceInFiles {
    const files = only === undefined ? this.files : this.files.filter((file) => file.path === only);
    return {
      query: this.#query,
      files: files.map(({ path, version, matches }) => ({ path, version, only: matches.map(({ line, column }) => ({ line, column })) })),
    };
  }

  /** What there is, in words. */
  summary(): string {
    const matches = this.matches;
    if (matches === 0) return this.end ? "Nothing was found." : "Searching…";
    const files = this.#files.size;
    const words = `${matches.toLocaleString("en")} ${matches === 1 ? "match" : "matches"} in ${files.toLocaleString("en")} ${files === 1 ? "file" : "files"}`;
    return this.end ? (this.end.limited ? `The first ${words}; there are more.` : `${words}.`) : `${words}…`;
  }
}
