// Shows what a share link gives and joins only when the reader says so. The code stays in this tab: signing in on the way would lose what is behind the #.
import { ask, post } from "./core.js";

const kept = "devex.join";
const [title, what, means, accept, way] = ["title", "what", "means", "accept", "way"].map((part) => document.getElementById(`join-${part}`));

if (location.hash.length > 1) {
  sessionStorage.setItem(kept, location.hash.slice(1));
  // Nobody who looks over a shoulder or at a history gets it.
  history.replaceState(null, "", location.pathname);
}
const code = sessionStorage.getItem(kept);

function refuse(reason) {
  title.textContent = "This link cannot be used";
  what.textContent = reason;
}

async function offer() {
  if (!code) {
    refuse("It is not whole. Ask for it again, and open it as it is.");
    return;
  }
  try {
    await ask("/api/me");
  } catch (error) {
    if (error.status !== 401) throw error;
    location.replace("/signin?returnUrl=%2Fjoin");
    return;
  }
  const { id, name, owner, role, present } = await post("/api/share/offer", { code });
  const open = `/r/${encodeURIComponent(id)}`;
  if (present && (present === role || present !== "viewer")) {
    sessionStorage.removeItem(kept);
    title.textContent = "You are in already";
    what.textContent = `${name}, of ${owner.name}.`;
    Object.assign(way, { href: open, textContent: "Open it" });
    return;
  }
  title.textContent = `Join “${name}”?`;
  what.textContent = `It belongs to ${owner.name} (${owner.login}). You would be ${role === "editor" ? "an editor" : "a viewer"}.`;
  means.textContent = role === "editor"
    ? "You could change its files and run programs there. What you do is seen by everybody in it."
    : "You could see its files and terminals, and change nothing. Others see that you are there.";
  means.hidden = accept.hidden = false;
  accept.addEventListener("click", async () => {
    accept.disabled = true;
    try {
      await post("/api/share/redeem", { code });
      sessionStorage.removeItem(kept);
      location.replace(open);
    } catch (error) {
      accept.hidden = means.hidden = true;
      refuse(error.message);
    }
  });
  accept.focus();
}

offer().catch((error) => refuse(error.message));
