import { join } from "../files/paths.js";
import type { FilesChanged } from "../protocol/files.js";
import type { WorkspacePaths } from "../protocol/search.js";
import { candidate, type Candidate } from "./fuzzy.js";

/** All files by name, asked for when they are first wanted and again after files came or went. */
export class FileIndex {
  readonly #ask: () => Promise<WorkspacePaths>;
  #files: Candidate[] | undefined;
  #stale = true;
  #asking: Promise<void> | undefined;
  limited = false;

  constructor(ask: () => Promise<WorkspacePaths>) {
    this.#ask = ask;
  }

  /** What is known; undefined before the first answer. */
  get files(): readonly Candidate[] | undefined {
    return this.#files;
  }

  changed({ paths, overflow }: FilesChanged): void {
    if (overflow === true || paths.some((path) => path.change !== "changed")) this.#stale = true;
  }

  /** Another session may have other files. */
  forget(): void {
    this.#stale = true;
  }

  /** Brings it up to date; true when something new is known. */
  async refresh(): Promise<boolean> {
    if (!this.#stale && !this.#asking) return false;
    this.#asking ??= this.#load().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
    return true;
  }

  async #load(): Promise<void> {
    this.#stale = false;
    try {
      const { folders, limited } = await this.#ask();
      this.#files = folders.flatMap(({ folder, names }) => names.map((name) => candidate(join(folder, name))));
      this.limited = limited;
    } catch (error) {
      this.#stale = true;
      throw error;
    }
  }
}
