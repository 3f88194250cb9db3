import { antiforgery } from "./core.js";

// Archives go from the browser to Core as they are; the circuit learns how it ended.
let dropped = null;

/** Calls `page` when a file is dropped anywhere on the document. */
export function listen(page) {
  const stop = new AbortController();
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  }, { signal: stop.signal });
  document.addEventListener("drop", (event) => {
    // A file input takes what is dropped on it by itself.
    if (!hasFiles(event) || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    dropped = event.dataTransfer.files;
    void page.invokeMethodAsync("OnArchiveDropped");
  }, { signal: stop.signal });
  return { dispose: () => stop.abort() };
}

/** Gives what was dropped to the dialog's input. */
export function take(input) {
  if (!dropped) return null;
  input.files = dropped;
  dropped = null;
  return name(input);
}

export const name = (input) => input.files?.[0]?.name ?? null;

// Core looks at the bytes; these are the types that its route takes.
const typeOf = (name) => (/\.zip$/i.test(name) ? "application/zip" : /\.tar$/i.test(name) ? "application/x-tar" : "application/gzip");

/** Sends the chosen file; answers with Core's status and body, status 0 where none came. Nothing is sent before Core is there: `sent` tells. */
export async function send(input, progress, query) {
  const file = input.files?.[0];
  const headers = file && await antiforgery().catch(() => undefined);
  if (!headers) return { status: 0, body: "", sent: false };
  return await new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/imports?${query}&fileName=${encodeURIComponent(file.name)}`);
    for (const [name, value] of Object.entries({ ...headers, "Content-Type": typeOf(file.name) })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = event.loaded / event.total;
    });
    // All sent: Core unpacks, for which there is no total.
    request.upload.addEventListener("load", () => progress.removeAttribute("value"));
    request.addEventListener("loadend", () => resolve({ status: request.status, body: request.responseText, sent: true }));
    request.send(file);
  });
}
