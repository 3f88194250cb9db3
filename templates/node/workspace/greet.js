const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Greets a name, which may come from anybody: it is escaped for HTML. */
export function greet(name) {
  return `Hello, ${name.replace(/[&<>"']/g, (character) => entities[character])}!`;
}
