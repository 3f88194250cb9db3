// Takes a one-use code and posts it to the preview's host, which sets its own cookie there.
import { post } from "./core.js";

const what = document.getElementById("enter-preview");
const { repl, port, path } = what.dataset;

function refuse(reason) {
  document.getElementById("enter-preview-title").textContent = "Preview not opened";
  what.textContent = reason;
}

async function enter() {
  const { url, code } = await post(`/api/repls/${encodeURIComponent(repl)}/previews/${encodeURIComponent(port)}/codes`);
  const form = Object.assign(document.createElement("form"), { method: "post", action: url });
  for (const [name, value] of Object.entries({ code, path: path || "/" })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

enter().catch(({ status, message }) => {
  if (status === 404) {
    // There is no such page for this person either.
    Object.assign(document.getElementById("enter-preview-way"), { href: "/", textContent: "Your REPLs" });
    refuse("This REPL does not exist, or is not shared with you.");
  } else {
    refuse(message);
  }
});
