import type { FileChange, FileEntry } from "../protocol/files.js";
import { compareNames, folderOf, isWithin, join, moved, nameOf } from "./paths.js";

export interface TreeRow {
  path: string;
  entry: FileEntry;
  level: number;
  expanded: boolean;
  position: number;
  siblings: number;
}

export const isFolder = (entry: FileEntry): boolean => entry.kind === "folder" || (entry.kind === "link" && entry.targetKind === "folder");

/** What is known of the workspace's folders, and which of them are unfolded. */
export class TreeModel {
  readonly #folders = new Map<string, FileEntry[]>();
  readonly expanded = new Set<string>();

  setFolder(path: string, entries: readonly FileEntry[]): void {
    const sorted = entries.toSorted((a, b) => Number(isFolder(b)) - Number(isFolder(a)) || compareNames(a.name, b.name));
    this.#folders.set(path, sorted);
  }

  isLoaded(path: string): boolean {
    return this.#folders.has(path);
  }

  get loaded(): string[] {
    return [...this.#folders.keys()];
  }

  find(path: string): FileEntry | undefined {
    return this.#folders.get(folderOf(path))?.find((entry) => entry.name === nameOf(path));
  }

  has(path: string): boolean {
    return this.find(path) !== undefined;
  }

  /** A folder that is gone, with all in it. */
  forget(path: string): void {
    for (const known of this.loaded) if (isWithin(known, path)) this.#folders.delete(known);
    for (const known of [...this.expanded]) if (isWithin(known, path)) this.expanded.delete(known);
  }

  /** Keeps unfolded what was unfolded when a folder moves. */
  rename(from: string, to: string): void {
    for (const known of [...this.expanded]) {
      if (!isWithin(known, from)) continue;
      this.expanded.delete(known);
      this.expanded.add(moved(known, from, to));
    }
    for (const [known, entries] of [...this.#folders]) {
      if (!isWithin(known, from)) continue;
      this.#folders.delete(known);
      this.#folders.set(moved(known, from, to), entries);
    }
  }

  /** The loaded folders that must be listed again after these changes. */
  affected(changes: readonly FileChange[]): string[] {
    const folders = new Set<string>();
    for (const { path, change } of changes) {
      const parent = folderOf(path);
      if (this.isLoaded(parent)) folders.add(parent);
      if (change === "deleted" && this.isLoaded(path)) this.forget(path);
      // A folder is named itself when what it holds changed.
      else if (this.isLoaded(path)) folders.add(path);
    }
    return [...folders];
  }

  /** The rows that are to be seen, from the top. */
  rows(): TreeRow[] {
    const rows: TreeRow[] = [];
    const add = (folder: string, level: number) => {
      const entries = this.#folders.get(folder) ?? [];
      entries.forEach((entry, index) => {
        const path = join(folder, entry.name);
        const expanded = isFolder(entry) && this.expanded.has(path);
        rows.push({ path, entry, level, expanded, position: index + 1, siblings: entries.length });
        // A link that leads to a folder above itself would never end.
        if (expanded && level < 64) add(path, level + 1);
      });
    };
    add("", 1);
    return rows;
  }
}
