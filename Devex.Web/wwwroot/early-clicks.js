// Buttons are there before the circuit is. A click in between is made again on the button that takes the place of the one clicked.
// In the head and not a module: it has to listen before anything can be clicked.
(() => {
  const buttons = "button, [role=button]";
  const live = () => document.querySelector(".dx-shell[data-live]") !== null;
  const identity = (button) => [
    button.closest("[data-name]")?.dataset.name, button.dataset.testid, button.getAttribute("aria-label") ?? button.textContent.trim(),
  ].join("\n");
  let early;

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(buttons);
    // Who clicks again, once it works, means that.
    if (live()) early = undefined;
    else if (button && !button.form?.action && !button.matches("[data-theme-toggle]")) early = identity(button);
  }, true);

  new MutationObserver((_, observer) => {
    if (!live()) return;
    const button = early !== undefined && [...document.querySelectorAll(buttons)].find((button) => identity(button) === early);
    // The list that it belongs to may still be on its way.
    if (early !== undefined && !button) return;
    observer.disconnect();
    if (button) button.click();
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-live"] });
})();
