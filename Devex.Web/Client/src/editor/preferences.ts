import { indentUnit } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { UserSettings } from "../settings/settings.js";

/** What of an editor follows the person's settings. Keys and guides are fetched when somebody wants them. */
export class Preferences {
  readonly #look = new Compartment();
  readonly #keys = new Compartment();
  readonly #guides = new Compartment();
  readonly #indent: string;
  #keysNow: UserSettings["keys"] = "code";
  #guidesNow = false;

  /** @param indent One step of indentation as the file has it. */
  constructor(indent: string) {
    this.#indent = indent;
  }

  /** To be put before all other keys. */
  extension(settings: UserSettings): Extension {
    return [this.#keys.of([]), this.#look.of(this.#lookOf(settings)), this.#guides.of([])];
  }

  apply(view: EditorView, settings: UserSettings): void {
    view.dispatch({ effects: this.#look.reconfigure(this.#lookOf(settings)) });
    const { keys } = settings;
    if (keys !== this.#keysNow) {
      this.#keysNow = keys;
      const use = (extension: Extension) => view.dispatch({ effects: this.#keys.reconfigure(extension) });
      const known = fetchedKeys.get(keys);
      // At once, where it can be: a key that comes before would be another one.
      if (known) use(known);
      else void keysOf(keys).then((extension) => {
        fetchedKeys.set(keys, extension);
        if (this.#keysNow === keys) use(extension);
      }, () => undefined);
    }
    if (settings.guides !== this.#guidesNow) {
      this.#guidesNow = settings.guides;
      void guides(settings.guides).then((extension) => {
        if (this.#guidesNow === settings.guides) view.dispatch({ effects: this.#guides.reconfigure(extension) });
      }, () => undefined);
    }
    view.requestMeasure();
  }

  #lookOf({ tabSize, wrap }: UserSettings): Extension {
    const own = this.#indent === "\t" ? 4 : this.#indent.length;
    const width = tabSize ?? own;
    return [
      indentUnit.of(this.#indent === "\t" ? "\t" : " ".repeat(width)), EditorState.tabSize.of(width), wrap ? EditorView.lineWrapping : [],
    ];
  }
}

const fetchedKeys = new Map<UserSettings["keys"], Extension>();

async function keysOf(keys: UserSettings["keys"]): Promise<Extension> {
  if (keys === "vim") return (await import("./vim.js")).vimKeys;
  if (keys === "emacs") return (await import("./emacs.js")).emacsKeys;
  return [];
}

async function guides(shown: boolean): Promise<Extension> {
  if (!shown) return [];
  const { indentationMarkers } = await import("@replit/codemirror-indentation-markers");
  const line = "var(--dx-line)";
  return indentationMarkers({ hideFirstIndent: true, thickness: 1, colors: { light: line, dark: line, activeLight: "var(--dx-muted)", activeDark: "var(--dx-muted)" } });
}
