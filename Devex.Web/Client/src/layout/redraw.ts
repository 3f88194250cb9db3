// A button that is exchanged for its like between the pointer's going down and coming up gets no click.
const waiting = new Map<Element, () => void>();
let pressed: Element | undefined;

/**
 * Draws what is in an element anew; where the pointer is down on something of it, as soon as it is up and has clicked. However often it is asked for until then, the last draws.
 * Who is there by keys stays: at what has the same name then, at the next of its kind, or at what has its place.
 */
export function redraw(host: HTMLElement, draw: () => void): void {
  if (pressed?.isConnected === true && host.contains(pressed)) {
    waiting.set(host, () => keepFocus(host, draw));
    return;
  }
  waiting.delete(host);
  keepFocus(host, draw);
}

function keepFocus(host: HTMLElement, draw: () => void): void {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || focused === host || !host.contains(focused)) {
    draw();
    return;
  }
  const before = placesIn(host);
  draw();
  if (focused.isConnected || host.contains(document.activeElement)) return;
  const after = placesIn(host);
  const place = (all: HTMLElement[], number: number) => all[Math.min(number, all.length - 1)];
  const { testid } = focused.dataset;
  const alike = (all: HTMLElement[]) => all.filter((one) => kindOf(one) === kindOf(focused));
  const next = (testid === undefined ? undefined : after.find((one) => one.dataset.testid === testid))
    ?? place(alike(after), alike(before).indexOf(focused)) ?? place(after, before.indexOf(focused));
  next?.focus({ preventScroll: true });
}

/** What takes the focus, in order. */
function placesIn(host: HTMLElement): HTMLElement[] {
  return [...host.querySelectorAll<HTMLElement>("button:not(:disabled), a[href], input, select, textarea, [tabindex='0']")].filter((one) => one.offsetParent !== null);
}

const kindOf = (one: HTMLElement): string | undefined => one.dataset.testid?.replace(/:.*$/s, "");

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
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, () => setTimeout(release), options);
  // Came up where this page was not told of it.
  window.addEventListener("pointermove", ({ buttons }) => {
    if (buttons === 0) release();
  }, options);
}
