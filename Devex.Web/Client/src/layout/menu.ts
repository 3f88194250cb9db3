import { element } from "./dom.js";

export interface MenuItem {
  label: string;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  action: () => void;
}

let open: { close: (restore: boolean) => void } | undefined;

/** A menu at a point of the window, one at a time; arrows, Home, End, letters, Enter and Escape work in it. */
export function showMenu(x: number, y: number, groups: MenuItem[][], label: string): void {
  open?.close(false);
  const before = document.activeElement as HTMLElement | null;
  const stop = new AbortController();
  const { signal } = stop;
  const menu = element("div", { class: "dx-menu", attributes: { role: "menu", "aria-label": label, tabindex: -1, "data-testid": "menu" } });
  const close = (restore: boolean) => {
    stop.abort();
    menu.remove();
    open = undefined;
    if (restore) before?.focus({ preventScroll: true });
  };
  groups.filter((g) => g.length > 0).forEach((group, index) => {
    if (index > 0) menu.append(element("div", { class: "dx-menu-line", attributes: { role: "separator" } }));
    for (const item of group) {
      const row = element("button", {
        class: item.danger ? "dx-menu-item dx-danger" : "dx-menu-item",
        attributes: { type: "button", role: "menuitem", tabindex: -1, disabled: item.disabled },
        on: {
          click: () => {
            close(true);
            item.action();
          },
          pointerenter: () => row.focus(),
        },
      }, element("span", { text: item.label }), item.keys ? element("kbd", { text: item.keys }) : undefined);
      menu.append(row);
    }
  });
  const rows = () => [...menu.querySelectorAll<HTMLButtonElement>(".dx-menu-item:not(:disabled)")];
  const move = (step: number) => {
    const all = rows();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + step + all.length) % all.length]?.focus();
  };
  menu.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(document.activeElement === menu ? 0 : -1);
    else if (event.key === "Home") rows()[0]?.focus();
    else if (event.key === "End") rows().at(-1)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else if (event.key.length === 1 && event.key !== " ") {
      rows().find((row) => row.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    } else return;
    event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target as Node)) close(false);
  }, { capture: true, signal });
  window.addEventListener("resize", () => close(false), { signal });
  window.addEventListener("blur", () => close(false), { signal });
  (document.querySelector(".dx-workbench") ?? document.body).append(menu);
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(4, Math.min(x, innerWidth - box.width - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, innerHeight - box.height - 4))}px`;
  menu.focus();
  open = { close };
}
