// Starts Blazor over WebSockets alone, and reconnects without the page being thrown away.
const banner = document.getElementById("dx-connection");
// Blazor shows it where its circuit cannot begin or has broken: what is left to do then is to begin with a new page.
const broken = document.getElementById("blazor-error-ui");
let begun = false;
let reconnecting = false;

broken.querySelector("button").addEventListener("click", () => location.reload());

// Of a line that ends before its circuit has begun Blazor takes up nothing, and does not always tell.
class Line extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("close", () => { if (!begun) fail(); });
  }
}

async function reconnect() {
  if (reconnecting || !begun) return;
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
      // Blazor takes one attempt that failed for the end.
      broken.style.display = "none";
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
      configureSignalR: (builder) => builder.withUrl("_blazor", { skipNegotiation: true, transport: 1, WebSocket: Line }),
      circuitHandlers: [{ onCircuitOpened: begin }],
      reconnectionHandler: { onConnectionDown: reconnect, onConnectionUp: () => { banner.hidden = true; } },
    },
  });
} catch (error) {
  // Blazor's own script did not come.
  fail();
  console.error(error);
}

function begin() {
  begun = true;
  broken.querySelector("span").textContent = "This page broke, so its buttons do nothing any more.";
}

function fail() {
  broken.style.display = "block";
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
