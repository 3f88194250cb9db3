// A button that is exchanged for its like between the pointer's going down and coming up gets no click.
const waiting = new Map<Element, () => void>();
let pressed: Element | undefined;

/** Draws what is in an element anew; where the pointer is down on something of it, as soon as it is up and has clicked. However often it is asked for until then, the last draws. */
export function redraw(host: Element, draw: () => void): void {
  if (pressed?.isConnected === true && host.contains(pressed)) {
    waiting.set(host, draw);
    return;
  }
  waiting.delete(host);
  draw();
}

function release(): void {
  if (!pressed) return;
  pressed = undefined;
  const draws = [...waiting];
  waiting.clear();
  for (const [, draw] of draws) draw();
}

if (typeof window !== "undefined") {
  const options = { capture: true, passive: true };
  window.addEventListener("pointerdown", ({ target }) => {
    release();
    // What opens a list of its own, or takes text, may keep the pointer's coming up to itself.
    if (target instanceof Element && !target.closest("select, input, textarea")) pressed = target;
  }, options);
  // The click comes behind these, in the same task.
  for (const name of ["pointerup", "pointercancel", "blur"]) window.addEventListener(name, () => setTimeout(release), options);
  // Came up where this page is not told of it.
  window.addEventListener("pointermove", ({ buttons }) => {
    if (buttons === 0) release();
  }, options);
}
