import type { EditorPane, EditorTab } from "../editor/editorPane.js";
import type { TextTab } from "../editor/textTab.js";
import { button, element, plain } from "../layout/dom.js";
import type { Toasts } from "../layout/toasts.js";
import type { Participant } from "../protocol/session.js";
import type { Session } from "../session/session.js";
import { Following } from "./following.js";
import { colourOf, initials, othersOf } from "./people.js";

interface FollowOptions {
  session: Session;
  toasts: Toasts;
  editor: EditorPane;
  /** Where there is one pane at a time, the editor comes to the front. */
  toEditor: () => void;
  changed: (user: string | undefined) => void;
}

/** Following a person: the frame around the editor that says so, and what ends it. */
export class Follow {
  readonly #options: FollowOptions;
  readonly #following: Following<EditorTab>;
  // Always there: what is shown only together with its words is not read out.
  readonly #words = element("span", { attributes: { role: "status", "data-testid": "following" } });
  readonly #face = element("span", { attributes: { "aria-hidden": "true" } });
  readonly #button = button("Stop", {
    class: "dx-link", attributes: { hidden: true, "aria-label": "Stop following", title: "Stop following (Escape)" },
    on: {
      click: () => {
        this.stop();
        this.#options.editor.focus();
      },
    },
  });
  readonly #frame = element("div", { class: "dx-following" }, element("div", { class: "dx-following-chip" }, this.#face, this.#words, this.#button));
  readonly #stop = new AbortController();

  constructor(options: FollowOptions) {
    this.#options = options;
    const { session, editor, toasts } = options;
    this.#following = new Following<EditorTab>({
      people: () => session.people, failed: (error) => toasts.error(error), left: (name) => toasts.show(`${plain(name, 60)} has left.`),
      open: (path) => {
        options.toEditor();
        return editor.open(path, false);
      },
      reveal: (tab, connection) => {
        if (tab.kind === "text") tab.revealPerson(connection);
      },
      changed: () => this.#render(),
    });
    editor.element.append(this.#frame);
    const { signal } = this.#stop;
    const off = [
      session.on("session.looked", ({ connection }) => this.#following.looked(connection)),
      // Until it was told to everybody, the session still says who was there.
      session.on("session.participants", () => queueMicrotask(() => this.#following.looked())),
    ];
    signal.addEventListener("abort", () => off.forEach((one) => one()));
    const acted = ({ target }: Event) => {
      if (!(target instanceof Node && this.#frame.contains(target))) this.stop();
    };
    for (const kind of ["pointerdown", "wheel", "touchmove"]) editor.element.addEventListener(kind, acted, { capture: true, passive: true, signal });
    document.addEventListener("keydown", (event) => {
      // In a terminal it is the program's, in a dialog the dialog's.
      if (event.key === "Escape" && !(event.target instanceof Element && event.target.closest("dialog, .dx-terminal"))) this.stop();
    }, { capture: true, signal });
  }

  /** Everybody else who is here. */
  get others(): readonly Participant[] {
    const { session } = this.#options;
    return othersOf(session.people, session.welcome?.self.connection);
  }

  get user(): string | undefined {
    return this.#following.person?.user;
  }

  /** Follows a person, or no longer. */
  toggle(user: string): void {
    if (user === this.user) this.stop();
    else this.follow(user);
  }

  follow(user: string): void {
    if (this.others.some((person) => person.user === user)) this.#following.follow(user);
  }

  stop(): void {
    this.#following.stop();
  }

  /** A file came to the front of the editor. */
  opened(): void {
    this.#following.opened();
  }

  /** Somebody's cursor moved. */
  moved(tab: TextTab, person: Participant): void {
    this.#following.moved(tab, person.connection);
  }

  dispose(): void {
    this.#stop.abort();
  }

  #render(): void {
    const { person } = this.#following;
    const name = person && plain(person.name, 60);
    const words = !person ? "" : `Following ${name}${person.path == null ? ", who has no file open" : ""}`;
    if (this.#words.textContent !== words) this.#words.textContent = words;
    this.#button.hidden = !person;
    this.#frame.className = person ? `dx-following dx-on dx-person-${colourOf(person.user)}` : "dx-following";
    this.#face.className = person ? `dx-avatar dx-person-${colourOf(person.user)}` : "";
    this.#face.textContent = person ? initials(person.name) : "";
    this.#options.changed(person?.user);
  }
}
