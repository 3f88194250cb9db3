// The part of a list that must happen before the next paint: staying at the end, and telling where the reader is.
const slack = 24;
// A scroll that has just begun is still at the end.
const begins = 300;

export function attach(scroller, list, follows, canFollow) {
  let following = follows;
  let told = false;
  let held = false;
  let leavingUntil = 0;
  const atEnd = () => scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - slack;
  const toEnd = () => { if (following) scroller.scrollTop = scroller.scrollHeight; };

  const tell = () => {
    if (told) return;
    told = true;
    requestAnimationFrame(async () => {
      told = false;
      if (canFollow && !held && atEnd() && performance.now() > leavingUntil) following = true;
      try {
        await list.invokeMethodAsync("OnScrolledAsync", scroller.scrollTop, scroller.clientHeight, following);
      } catch {
        // The list is gone.
      }
    });
  };

  // Only a hand leaves the end: rows that are added or dropped scroll too.
  const leave = () => {
    if (scroller.scrollHeight <= scroller.clientHeight) return;
    following = false;
    leavingUntil = performance.now() + begins;
    tell();
  };
  scroller.addEventListener("wheel", (event) => { if (event.deltaY < 0) leave(); }, { passive: true });
  scroller.addEventListener("touchmove", leave, { passive: true });
  scroller.addEventListener("keydown", (event) => { if (["ArrowUp", "PageUp", "Home"].includes(event.key)) leave(); });
  scroller.addEventListener("pointerdown", () => { held = true; leave(); });
  const release = () => { if (held) { held = false; leavingUntil = 0; tell(); } };
  addEventListener("pointerup", release);
  scroller.addEventListener("scroll", () => { if (!following) tell(); }, { passive: true });
  const changes = new MutationObserver(toEnd);
  changes.observe(scroller, { subtree: true, childList: true, attributes: true, attributeFilter: ["style"] });
  const size = new ResizeObserver(() => { toEnd(); tell(); });
  size.observe(scroller);
  toEnd();

  return {
    follow(value) {
      following = value;
      leavingUntil = 0;
      toEnd();
    },
    dispose() {
      changes.disconnect();
      size.disconnect();
      removeEventListener("pointerup", release);
    },
  };
}
