import { element } from "../layout/dom.js";
import type { Api } from "../session/api.js";

/** Opens a preview in a tab or frame of a name: its host is told a one-use code by a form, and sets a cookie of its own. */
export async function enterPreview(api: Api, port: number, target: string, path = "/"): Promise<void> {
  const { url, code } = await api.previewCode(port);
  const form = element("form", { attributes: { method: "post", action: url, target, hidden: true } },
    element("input", { attributes: { type: "hidden", name: "code", value: code } }),
    element("input", { attributes: { type: "hidden", name: "path", value: path } }));
  document.body.append(form);
  form.submit();
  form.remove();
}

/** The same in a new tab; to be called right in a click, or the browser takes it for a pop-up. */
export async function openPreviewTab(api: Api, port: number, path = "/"): Promise<void> {
  const name = `devex-preview-${crypto.randomUUID()}`;
  const tab = window.open("", name);
  try {
    await enterPreview(api, port, name, path);
    // The program there is not trusted to send this tab elsewhere. Only now: a tab that has no opener is not found by its name.
    if (tab) tab.opener = null;
  } catch (error) {
    tab?.close();
    throw error;
  }
}
