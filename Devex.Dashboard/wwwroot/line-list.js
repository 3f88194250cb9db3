// The part of a list that must happen before the next paint: staying at the end, and telling where the reader is.
const slack = 24;

export function attach(scroller, list, follows) {
  let following = follows;
  let told = false;
  const atEnd = () => scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - slack;
  const toEnd = () => { if (following) scroller.scrollTop = scroller.scrollHeight; };

  const tell = () => {
    if (told) return;
    told = true;
    requestAnimationFrame(async () => {
      told = false;
      try {
        await list.invokeMethodAsync("OnScrolledAsync", scroller.scrollTop, scroller.clientHeight, atEnd());
      } catch {
        // The list is gone.
      }
    });
  };

  // Only a hand leaves the end: rows that are added or dropped scroll too.
  const byHand = () => requestAnimationFrame(() => { if (!atEnd()) following = false; tell(); });
  const onScroll = () => { if (!following) tell(); };
  scroller.addEventListener("wheel", byHand, { passive: true });
  scroller.addEventListener("touchmove", byHand, { passive: true });
  scroller.addEventListener("keydown", byHand);
  scroller.addEventListener("pointerup", byHand);
  scroller.addEventListener("scroll", onScroll, { passive: true });
  const changes = new MutationObserver(toEnd);
  changes.observe(scroller, { subtree: true, childList: true, attributes: true, attributeFilter: ["style"] });
  const size = new ResizeObserver(() => { toEnd(); tell(); });
  size.observe(scroller);
  toEnd();

  return {
    follow(value) {
      following = value;
      toEnd();
    },
    dispose() {
      changes.disconnect();
      size.disconnect();
    },
  };
}
