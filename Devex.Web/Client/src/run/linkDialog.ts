import { button, element } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { moment } from "../layout/times.js";
import type { PreviewLink, PreviewLinkAddress } from "../protocol/api.js";
import type { Api } from "../session/api.js";

interface LinkDialogOptions {
  api: Api;
  port: number;
  link: PreviewLink | undefined;
  changed: (link: PreviewLink | undefined) => void;
}

const spans: [string, string][] = [["1", "for a day"], ["7", "for a week"], ["30", "for 30 days"], ["", "until I make it private"]];

/** Opens a port to whoever has a link, shows that link, and makes the port private again. For the REPL's owner. */
export async function linkDialog(options: LinkDialogOptions): Promise<void> {
  const { api, port } = options;
  const problem = element("p", { class: "dx-bad", attributes: { role: "alert", hidden: true } });
  const body = element("div", {});
  const attempt = async (action: () => Promise<void>) => {
    try {
      problem.hidden = true;
      await action();
    } catch (error) {
      problem.textContent = (error as Error).message;
      problem.hidden = false;
    }
  };

  const showPrivate = () => {
    const days = element("select", { class: "dx-select", attributes: { "aria-label": "How long", "data-testid": "preview-days" } },
      ...spans.map(([value, text]) => element("option", { text, attributes: { value } })));
    days.value = "7";
    const make = button("Make a link", {
      class: "dx-button dx-button-filled", icon: icon("link", 16), attributes: { "data-testid": "preview-open-port" },
      on: {
        click: () => void attempt(async () => {
          const made = await api.openPreview(port, days.value === "" ? undefined : Number(days.value));
          options.changed(made.link);
          showLink(made);
        }),
      },
    });
    body.replaceChildren(
      element("p", { text: "It is private: only people of this REPL see it. With a link, whoever has it sees what listens on this port, without an account, and nothing else of the REPL." }),
      element("div", { class: "dx-share-make" }, days, make));
    make.focus();
  };

  const showLink = ({ link, url }: PreviewLinkAddress) => {
    const field = element("input", { class: "dx-field", attributes: { type: "text", readonly: true, value: url, "aria-label": "The link", "data-testid": "preview-url" }, on: { focus: () => field.select() } });
    const said = element("p", {
      class: "dx-share-note", attributes: { role: "status" },
      text: `Whoever has it sees this port, and nothing else of the REPL, ${link.expiresAt ? `until ${moment(link.expiresAt)}` : "until you make it private"}. While the REPL is stopped it shows nothing.`,
    });
    body.replaceChildren(
      element("div", { class: "dx-share-make" }, field, button("Copy link", {
        class: "dx-button", icon: icon("copy", 16), attributes: { "data-testid": "preview-copy-link" },
        on: {
          click: () => void navigator.clipboard.writeText(url).then(
            () => { said.textContent = "Copied."; }, () => { said.textContent = "The browser did not allow copying. Select the link and copy it."; }),
        },
      })),
      said,
      element("div", { class: "dx-share-make" }, button("Make private", {
        class: "dx-button dx-button-danger", attributes: { "data-testid": "preview-make-private" },
        on: {
          click: () => void attempt(async () => {
            await api.closePreview(port);
            options.changed(undefined);
            showPrivate();
          }),
        },
      })));
    field.focus();
  };

  const dialog = element("dialog", { class: "dx-dialog dx-share", attributes: { "aria-labelledby": "dx-link-title", "data-testid": "preview-dialog" } },
    element("h2", { text: `The preview of port ${port}`, attributes: { id: "dx-link-title" } }), body, problem,
    element("div", { class: "dx-dialog-actions" }, button("Close", { class: "dx-button", on: { click: () => dialog.close() } })));
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => dialog.remove());
  (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
  dialog.showModal();
  if (options.link) await attempt(async () => showLink(await api.previewLink(port)));
  else showPrivate();
}
