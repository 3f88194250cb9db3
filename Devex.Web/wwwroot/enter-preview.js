// Takes a one-use code and posts it to the preview's host, which sets its own cookie there.
const status = document.getElementById("enter-preview");
const { repl, port, path } = status.dataset;

function refuse(reason) {
  document.getElementById("enter-preview-title").textContent = "Preview not opened";
  status.textContent = reason;
}

async function enter() {
  const { token } = await (await fetch("/api/antiforgery")).json();
  const response = await fetch(`/api/repls/${encodeURIComponent(repl)}/previews/${encodeURIComponent(port)}/codes`, {
    method: "POST",
    headers: { "X-Devex-Antiforgery": token },
  });
  if (!response.ok) {
    if (response.status === 404) {
      // There is no such page for this person either.
      Object.assign(document.getElementById("enter-preview-way"), { href: "/", textContent: "Your REPLs" });
      refuse("This REPL does not exist, or is not shared with you.");
    } else {
      refuse("The REPL is not running. Start it, then open the preview again.");
    }
    return;
  }
  const { url, code } = await response.json();
  const form = Object.assign(document.createElement("form"), { method: "post", action: url });
  for (const [name, value] of Object.entries({ code, path: path || "/" })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

enter().catch(() => refuse("Core does not answer. Reload in a moment."));
