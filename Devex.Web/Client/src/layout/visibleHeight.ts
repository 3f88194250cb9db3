/** A soft keyboard covers the page; the visible part is what there is to work in. */
export function followVisibleHeight(root: HTMLElement, changed: () => void, signal: AbortSignal): void {
  const { visualViewport } = window;
  visualViewport?.addEventListener("resize", () => {
    root.style.setProperty("--dx-viewport", `${visualViewport.height}px`);
    changed();
  }, { signal });
}
