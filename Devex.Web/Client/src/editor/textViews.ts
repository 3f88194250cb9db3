import { history, historyKeymap, redo, undo } from "@codemirror/commands";
import { type EditorState, type Extension, type StateCommand, type Text, Transaction } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import { collab } from "../documents/collab.js";
import type { DocumentHolder } from "../documents/documentCopy.js";
import { peopleIn, setRemotePerson } from "./remoteCursors.js";
import { type TextLook, TextView } from "./textView.js";
import { carried, echo, relay, undoFirst } from "./twoViews.js";
import { undoElsewhere } from "./undoing.js";

interface TextViewsOptions {
  doc: Text;
  version: number;
  path: () => string;
  indent: string;
  cspNonce: string | undefined;
  look: TextLook;
  /** Something happened in an editor; `local`: the text changed by what this page did. */
  dispatched: (transactions: readonly Transaction[], local: boolean) => void;
  /** The person is in another editor of the text. */
  moved: () => void;
  /** A change would make the text too large, and was not made. */
  refused: () => void;
  /** Whether lines end with CR LF in the file. */
  crLf: () => boolean;
}

/**
 * The editors of one open text, one in each group that shows it. The first has the history and what `serve` has of the text (twoViews.ts); when its
 * group lets go of the text, it takes the place of the other.
 */
export class TextViews implements DocumentHolder {
  readonly #options: TextViewsOptions;
  readonly #first: TextView;
  readonly #places = new Map<object, TextView>();
  readonly #listeners = new Set<(view: EditorView) => void>();
  #second: TextView | undefined;
  #lead: TextView;

  constructor(options: TextViewsOptions) {
    this.#options = options;
    this.#first = this.#lead = new TextView({
      ...options, path: options.path(), own: [collab(options.version), history(), keymap.of(historyKeymap)],
      dispatch: (view, transactions) => this.#dispatched(view, transactions),
    });
  }

  /** Of the editor that has the collaboration. */
  get state(): EditorState {
    return this.#first.view.state;
  }

  apply(transactions: readonly Transaction[]): void {
    this.#first.view.dispatch(transactions);
  }

  /** The editor that has the collaboration. */
  get first(): EditorView {
    return this.#first.view;
  }

  /** The editor that the person used last. */
  get lead(): EditorView {
    return this.#lead.view;
  }

  get all(): readonly EditorView[] {
    return this.#all.map(({ view }) => view);
  }

  /** The editor in a group; a second one begins where the first is. */
  in(group: object): EditorView {
    let place = this.#places.get(group);
    if (!place) {
      place = this.#places.size === 0 ? this.#first : this.#addSecond();
      this.#places.set(group, place);
    }
    return place.view;
  }

  /** A group does not show the text any more. */
  leave(group: object): void {
    const left = this.#places.get(group);
    this.#places.delete(group);
    const [other] = this.#places.keys();
    const second = this.#second;
    if (!left || !other || !second) return;
    if (left === this.#first) {
      this.#places.set(other, this.#first);
      this.#first.view.dispatch({ selection: second.view.state.selection, effects: second.view.scrollSnapshot() });
    }
    this.#second = undefined;
    this.#lead = this.#first;
    second.view.destroy();
  }

  /** The person is in this group now. */
  enter(group: object): void {
    const place = this.#places.get(group);
    if (!place || place === this.#lead) return;
    this.#lead = place;
    this.#options.moved();
  }

  /** Called with each further editor. */
  onView(listener: (view: EditorView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes what all editors have in common. */
  set<K extends keyof TextLook>(what: K, value: TextLook[K]): void {
    this.#options.look[what] = value;
    for (const one of this.#all) one.set(what, value);
  }

  destroy(): void {
    for (const view of this.all) view.destroy();
  }

  get #all(): TextView[] {
    return this.#second ? [this.#first, this.#second] : [this.#first];
  }

  #addSecond(): TextView {
    const { view } = this.#first;
    const undoing = (command: StateCommand) => () => this.#undo(command);
    const own: Extension = undoElsewhere({ undo: undoing(undo), redo: undoing(redo) });
    const second = (this.#second = new TextView({
      ...this.#options, doc: view.state.doc, path: this.#options.path(), own, selection: view.state.selection, scroll: view.scrollSnapshot(),
      dispatch: (from, transactions) => this.#dispatchedSecond(from, transactions),
    }));
    for (const person of peopleIn(view.state)) second.view.dispatch({ effects: setRemotePerson.of(person) });
    for (const listener of this.#listeners) listener(second.view);
    return second;
  }

  #undo(command: StateCommand): boolean {
    const undone = undoFirst(this.state, command);
    if (!undone) return false;
    this.apply(undone.transactions);
    this.#second?.view.dispatch({ selection: undone.selection, scrollIntoView: true });
    return true;
  }

  #dispatched(view: EditorView, transactions: readonly Transaction[]): void {
    view.update(transactions);
    if (this.#second) {
      for (const transaction of transactions) {
        const spec = echo(transaction);
        if (spec) this.#second.view.dispatch(spec);
      }
    }
    this.#options.dispatched(transactions, transactions.some((transaction) => transaction.docChanged && !transaction.annotation(Transaction.remote)));
  }

  #dispatchedSecond(view: EditorView, transactions: readonly Transaction[]): void {
    view.update(transactions);
    for (const transaction of transactions) {
      if (transaction.docChanged && transaction.annotation(carried) !== true) this.apply(relay(this.state, transaction));
    }
    this.#options.dispatched(transactions, false);
  }
}
