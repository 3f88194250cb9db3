// A page is drawn before its circuit is there, and drawn anew by the circuit when it comes. What a person did in between is done
// again on what takes the place of the old: a click, one that began on the old and ended on the new, what was typed, and the focus.
// In the head and not a module: it has to listen before anything can be clicked.
(() => {
  const controls = "button, [role=button]";
  const fields = "input:not([type=file]), textarea";
  const any = `${controls}, ${fields}`;
  const live = () => document.querySelector(".dx-shell[data-live]") !== null;
  const identity = (element) => [
    element.tagName, element.closest("[data-name]")?.dataset.name, element.dataset.testid,
    element.getAttribute("aria-label") ?? (element.matches(controls) ? element.textContent.trim() : element.closest("label")?.textContent.trim()),
  ].join("\n");
  const successor = (kind, of) => of && [...document.querySelectorAll(kind)].find((element) => identity(element) === of);
  const outlives = (element) => element.matches("[data-theme-toggle]") || element.form?.hasAttribute("action");

  let clicked; // The identity of the button that waits for its click.
  let pressed; // The button on which a pointer is down, as it was drawn first, its identity and where it stood.
  let focused; // The identity of what had the focus.
  let ending;
  const typed = new Map(); // What was typed into fields, by their identities.

  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest?.(controls);
    pressed = button && !live() && !outlives(button) ? { button, of: identity(button), at: button.getBoundingClientRect() } : undefined;
  }, true);

  document.addEventListener("pointerup", (event) => {
    const { button, of, at } = pressed ?? {};
    pressed = undefined;
    // Of a press on what is gone by the time it ends the browser makes no click.
    if (!button || button.isConnected) return;
    if (event.clientX < at.left || event.clientX > at.right || event.clientY < at.top || event.clientY > at.bottom) return;
    clicked = of;
    settle();
  }, true);

  document.addEventListener("pointercancel", () => { pressed = undefined; }, true);

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(controls);
    // Who clicks again, once it works, means that.
    if (live()) clicked = undefined;
    else if (button && !outlives(button)) {
      clicked = identity(button);
      // Its form belongs to the circuit; a browser alone would load the page again.
      if (button.form) event.preventDefault();
    }
  }, true);

  document.addEventListener("input", (event) => {
    if (!live() && event.target.matches?.(fields) && !outlives(event.target)) typed.set(identity(event.target), event.target);
  }, true);

  document.addEventListener("focusin", (event) => {
    if (!live()) {
      focused = event.target.matches?.(any) ? identity(event.target) : undefined;
      return;
    }
    const kept = successor(any, focused);
    if (event.target === kept) return;
    focused = undefined;
    // A page that has been drawn gives its title the focus.
    if (event.target.matches?.("h1")) kept?.focus();
  }, true);

  const observer = new MutationObserver(settle);
  observer.observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-live"] });

  function settle() {
    if (!live()) return;
    // What has not come by then is not what was meant any more.
    ending ??= setTimeout(() => observer.disconnect(), 10_000);
    for (const [of, old] of typed) {
      const field = successor(fields, of);
      if (!field) continue;
      typed.delete(of);
      field.value = old.value;
      field.checked = old.checked;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (document.activeElement === document.body) successor(any, focused)?.focus();
    // The list that it belongs to may still be on its way.
    const button = successor(controls, clicked);
    if (button) {
      clicked = undefined;
      button.click();
    }
    if (!clicked && !pressed && !focused && typed.size === 0) observer.disconnect();
  }
})();
