import { join } from "./paths.js";

export interface UploadItem {
  /** Relative to the folder that it is dropped on. */
  path: string;
  file: File;
}

/** Everything in a drop or a file chooser; folders are walked. Must be called within the event, before its data is gone. */
export function dropped(transfer: DataTransfer): Promise<UploadItem[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return Promise.resolve([...transfer.files].map((file) => ({ path: file.name, file })));
  return Promise.all(entries.map((entry) => walk(entry, ""))).then((lists) => lists.flat());
}

async function walk(entry: FileSystemEntry, folder: string): Promise<UploadItem[]> {
  const path = join(folder, entry.name);
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const items: UploadItem[] = [];
  for (;;) {
    // A reader gives a hundred entries at a time, and none at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return items;
    for (const child of batch) items.push(...await walk(child, path));
  }
}
