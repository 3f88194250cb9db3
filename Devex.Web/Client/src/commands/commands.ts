import { isPressed, keyName, type Key } from "./keys.js";

/** Where a command's keys count: a shell and the editor keep the keys that they need. */
export type Where = "anywhere" | "outsideTerminal" | "outsideText";

export interface Command {
  /** Stable, such as `search.show`. */
  id: string;
  title: string;
  group: string;
  keys?: Key[];
  where?: Where;
  /** In no list: a second way to another command. */
  hidden?: boolean;
  /** Whether it makes sense now; what does not is in no list. */
  available?: () => boolean;
  run: () => void;
}

/** All that the workbench can be told to do: keys, palette and help are three views of this table. */
export class Commands {
  readonly #commands: Command[] = [];

  add(...commands: Command[]): void {
    for (const command of commands) {
      if (this.#commands.some((other) => other.id === command.id)) throw new Error(`There are two commands ${command.id}.`);
      this.#commands.push(command);
    }
  }

  /** Those that make sense now. */
  get all(): readonly Command[] {
    return this.#commands.filter((command) => command.hidden !== true && isUsable(command));
  }

  /** The first key of a command, as people read it. */
  keyOf(id: string): string | undefined {
    const key = this.#commands.find((command) => command.id === id)?.keys?.[0];
    return key === undefined ? undefined : keyName(key);
  }

  /** On the document, since nothing may have the focus; a dialog keeps its keys to itself. */
  listen(signal: AbortSignal): void {
    document.addEventListener("keydown", (event) => {
      if (!(event.target instanceof Element) || event.target.closest("dialog")) return;
      this.handle(event);
    }, { capture: true, signal });
  }

  /** Runs what a key stands for. */
  handle(event: KeyboardEvent): boolean {
    const target = event.target as Element;
    const inTerminal = target.closest(".dx-terminal") !== null;
    const inText = inTerminal || target.closest("input, textarea, [contenteditable=true]") !== null;
    const fits = ({ where = "anywhere" }: Command) => where === "anywhere" || (where === "outsideTerminal" ? !inTerminal : !inText);
    // Few commands have the key; whether one makes sense may take looking at the page, which each letter that is typed would wait for.
    const command = this.#commands.find((candidate) => candidate.keys?.some((key) => isPressed(key, event)) && fits(candidate) && isUsable(candidate));
    if (!command) return false;
    event.preventDefault();
    event.stopPropagation();
    command.run();
    return true;
  }
}

const isUsable = (command: Command) => command.available?.() ?? true;
