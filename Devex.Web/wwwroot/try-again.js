// Asks for the page that could not be shown until it can be, and then shows it. The reader's place is not touched before.
const every = 3000;

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => undefined);
  if (answer?.ok) location.replace(location.pathname + location.search);
  else setTimeout(look, every);
}

setTimeout(look, every);
