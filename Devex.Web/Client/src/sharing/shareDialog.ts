import { confirm } from "../layout/dialog.js";
import { button, element, plain } from "../layout/dom.js";
import { icon } from "../layout/icons.js";
import { redraw } from "../layout/redraw.js";
import { moment } from "../layout/times.js";
import type { MemberList, ShareLink, UserSummary } from "../protocol/api.js";
import type { Role } from "../protocol/session.js";
import type { Api } from "../session/api.js";
import { colourOf, initials } from "../workbench/people.js";
import { SharingApi } from "./sharingApi.js";

interface ShareOptions {
  api: Api;
  role: () => Role;
  user: string;
  /** Users who are connected now. */
  here: () => ReadonlySet<string>;
}

const roles: [Role, string][] = [["viewer", "Viewer"], ["editor", "Editor"]];
const spans: [number, string][] = [[1, "for a day"], [7, "for a week"], [30, "for 30 days"], [90, "for 90 days"]];

/** Who has access, what they may do, and links that give it. Only the owner changes anything; everybody else may leave. */
export async function shareDialog(options: ShareOptions): Promise<void> {
  if (document.querySelector(".dx-share")) return;
  const sharing = new SharingApi(options.api);
  const owns = options.role() === "owner";
  const problem = element("p", { class: "dx-bad", attributes: { role: "alert", hidden: true } });
  const people = element("ul", { class: "dx-share-list", attributes: { "aria-label": "People with access", "data-testid": "share-people", "aria-busy": "true" } });
  const links = element("ul", { class: "dx-share-list", attributes: { "aria-label": "Links", "data-testid": "share-links", "aria-busy": "true" } });
  const fresh = element("div", { class: "dx-share-fresh", attributes: { hidden: true } });

  const attempt = async (action: () => Promise<unknown>) => {
    try {
      problem.hidden = true;
      await action();
    } catch (error) {
      problem.textContent = (error as Error).message;
      problem.hidden = false;
    }
  };
  // Nobody is told "None." while that is not known.
  const fill = async <T>(list: HTMLElement, ask: () => Promise<T>) => {
    try {
      const known = await ask();
      list.classList.remove("dx-unknown");
      return known;
    } catch (error) {
      list.classList.add("dx-unknown");
      throw error;
    } finally {
      list.removeAttribute("aria-busy");
    }
  };
  const showPeople = async () => {
    const list = await fill(people, () => sharing.members());
    redraw(people, () => people.replaceChildren(...peopleRows(list, options, owns, {
      setRole: (user, role) => void attempt(async () => {
        await sharing.setRole(user.id, role).finally(() => void showPeople());
      }),
      remove: (user) => void attempt(async () => {
        if (!await confirm({ title: `Remove ${plain(user.name, 60)}?`, action: "Remove", danger: true, detail: "What they have open here closes at once." })) return;
        await sharing.remove(user.id);
        await showPeople();
      }),
    })));
  };
  const showLinks = async () => {
    const found = (await fill(links, () => sharing.links())).links.filter((link) => Date.parse(link.expiresAt) > Date.now());
    links.replaceChildren(...found.map((link) => linkRow(link, () => void attempt(async () => {
      await sharing.revoke(link.id);
      fresh.hidden = true;
      await showLinks();
    }))));
  };

  const role = choice("Role", roles.map(([value, label]) => [value, label]), "share-role");
  const days = choice("How long", spans.map(([value, label]) => [String(value), label]), "share-days");
  days.value = "7";
  const make = button("Make a link", {
    class: "dx-button dx-button-filled", icon: icon("link", 16), attributes: { "data-testid": "make-link" },
    on: {
      click: () => void attempt(async () => {
        const made = await sharing.makeLink(role.value as Role, Number(days.value));
        fresh.replaceChildren(...freshLink(made.url));
        fresh.hidden = false;
        await showLinks();
      }),
    },
  });
  const leave = button("Leave this REPL", {
    class: "dx-button", attributes: { "data-testid": "leave" },
    on: {
      click: () => void attempt(async () => {
        if (!await confirm({ title: "Leave this REPL?", action: "Leave", danger: true, detail: "To come back you need a new link from its owner." })) return;
        await sharing.leave();
        location.href = "/";
      }),
    },
  });
  const dialog = element("dialog", { class: "dx-dialog dx-share", attributes: { "aria-labelledby": "dx-share-title", "data-testid": "share-dialog" } },
    element("h2", { text: owns ? "Share this REPL" : "People in this REPL", attributes: { id: "dx-share-title" } }),
    ...(owns ? [
      element("div", { class: "dx-share-make" }, role, days, make),
      fresh,
      element("p", { class: "dx-share-note", text: "Editors have a shell here, so they can read the environment and its secrets. Viewers see files and terminals, and can neither type, nor run, nor see what is in the environment." }),
    ] : []),
    problem, element("h3", { text: "People" }), people,
    ...(owns ? [element("h3", { text: "Links" }), links] : []),
    element("div", { class: "dx-dialog-actions" }, owns ? undefined : leave, button("Close", { class: "dx-button", on: { click: () => dialog.close() } })));
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => dialog.remove());
  (document.querySelector(".dx-workbench") ?? document.body).append(dialog);
  dialog.showModal();
  await attempt(() => Promise.all([showPeople(), owns ? showLinks() : undefined]));
}

interface PeopleActions {
  setRole: (user: UserSummary, role: Role) => void;
  remove: (user: UserSummary) => void;
}

function peopleRows(list: MemberList, options: ShareOptions, owns: boolean, actions: PeopleActions): HTMLElement[] {
  const here = options.here();
  const row = (user: UserSummary, ...rest: (Node | undefined)[]) => {
    const name = plain(user.name, 60);
    return element("li", { class: "dx-share-row", attributes: { "data-testid": `person:${user.id}` } },
      element("span", { class: `dx-avatar dx-person-${colourOf(user.id)}`, text: initials(name), attributes: { "aria-hidden": "true" } }),
      element("span", { class: "dx-share-who" }, element("bdi", { text: name }),
        element("small", { class: "dx-muted", text: `${plain(user.login, 60)}${user.id === options.user ? ", you" : here.has(user.id) ? ", here now" : ""}` })),
      ...rest);
  };
  return [
    row(list.owner, element("span", { class: "dx-muted", text: "Owner" })),
    ...list.members.map(({ user, role }) => {
      if (!owns) return row(user, element("span", { class: "dx-muted", text: role === "editor" ? "Editor" : "Viewer" }));
      const select = choice(`Role of ${plain(user.name, 60)}`, roles, `role:${user.id}`);
      select.value = role;
      select.addEventListener("change", () => actions.setRole(user, select.value as Role));
      return row(user, select, button(`Remove ${plain(user.name, 60)}`, {
        class: "dx-icon-button", icon: icon("close", 16), iconOnly: true, attributes: { "data-testid": `remove:${user.id}` }, on: { click: () => actions.remove(user) },
      }));
    }),
  ];
}

function linkRow(link: ShareLink, revoke: () => void): HTMLElement {
  return element("li", { class: "dx-share-row", attributes: { "data-testid": `link:${link.id}` } },
    icon("link", 16),
    element("span", { class: "dx-share-who" }, element("span", { text: link.role === "editor" ? "Makes editors" : "Makes viewers" }),
      element("small", { class: "dx-muted", text: `until ${moment(link.expiresAt)}` })),
    button("Revoke", { class: "dx-button dx-button-slim", attributes: { "data-testid": `revoke:${link.id}` }, on: { click: revoke } }));
}

function freshLink(url: string): HTMLElement[] {
  const field = element("input", { class: "dx-field", attributes: { type: "text", readonly: true, value: url, "aria-label": "The link", "data-testid": "share-url" }, on: { focus: () => field.select() } });
  const said = element("small", { class: "dx-muted", text: "It is shown this once. Whoever opens it is asked before they join.", attributes: { role: "status" } });
  const copy = button("Copy", {
    class: "dx-button", icon: icon("copy", 16), attributes: { "data-testid": "copy-link" },
    on: {
      click: () => void navigator.clipboard.writeText(url).then(
        () => { said.textContent = "Copied. It is shown this once."; },
        () => { said.textContent = "The browser did not allow copying. Select the link and copy it."; }),
    },
  });
  return [element("div", { class: "dx-share-make" }, field, copy), said];
}

function choice(label: string, options: readonly (readonly [string, string])[], test: string): HTMLSelectElement {
  return element("select", { class: "dx-select", attributes: { "aria-label": label, "data-testid": test } },
    ...options.map(([value, text]) => element("option", { text, attributes: { value } })));
}
