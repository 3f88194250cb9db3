// Starts Blazor over WebSockets alone, and reconnects without the page being thrown away.
const banner = document.getElementById("dx-connection");
let reconnecting = false;

async function reconnect() {
  if (reconnecting) return;
  reconnecting = true;
  banner.hidden = false;
  for (let pause = 250; ; pause = Math.min(pause * 2, 8000)) {
    try {
      if ((await Blazor.reconnect()) === false) {
        // The server answers and no longer knows this circuit: pages hold nothing that is not on the server.
        location.reload();
        return;
      }
      break;
    } catch {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, pause);
        addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
      });
    }
  }
  banner.hidden = true;
  reconnecting = false;
}

try {
  await Blazor.start({
    circuit: {
      configureSignalR: (builder) => builder.withUrl("_blazor", { skipNegotiation: true, transport: 1 }),
      reconnectionHandler: { onConnectionDown: reconnect, onConnectionUp: () => { banner.hidden = true; } },
    },
  });
} catch (error) {
  // What never began cannot begin again by itself.
  banner.textContent = "This page could not connect, so its buttons do nothing. Reload it in a moment.";
  banner.hidden = false;
  console.error(error);
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  const theme = document.documentElement.dataset.theme === "light" ? "dark" : "light";
  document.documentElement.dataset.theme = theme;
  document.cookie = `devex-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  void keepTheme(theme);
});

// Who has chosen one theme for all machines changes it for all of them; otherwise it is this browser's alone.
async function keepTheme(theme) {
  const answer = await fetch("/api/me/settings");
  if (!answer.ok) return;
  const settings = await answer.json();
  if (settings.theme == null || settings.theme === theme) return;
  const { token } = await (await fetch("/api/antiforgery")).json();
  const headers = { "X-Devex-Antiforgery": token, "Content-Type": "application/json" };
  await fetch("/api/me/settings", { method: "PUT", headers, body: JSON.stringify({ ...settings, theme }) });
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
  const search = document.querySelector("[data-hotkey='ctrl+k']");
  if (search) {
    event.preventDefault();
    search.focus();
  }
});
