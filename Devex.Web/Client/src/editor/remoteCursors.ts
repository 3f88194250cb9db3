import { EditorSelection, type EditorState, StateEffect, StateField, type Extension } from "@codemirror/state";
import type { EditorView} from "@codemirror/view";
import { layer, type LayerMarker, RectangleMarker } from "@codemirror/view";
import { plain } from "../layout/dom.js";

export interface RemotePerson {
  connection: number;
  name: string;
  /** 0 to 7. */
  colour: number;
  selections: readonly { anchor: number; head: number }[];
}

/** Somebody's selections, in positions of the text shown; empty when they left. */
export const setRemotePerson = StateEffect.define<RemotePerson>();
export const clearRemotePeople = StateEffect.define<null>();

const people = StateField.define<ReadonlyMap<number, RemotePerson>>({
  create: () => new Map(),
  update(value, transaction) {
    let next = value;
    if (transaction.docChanged && value.size > 0) {
      next = new Map([...value].map(([id, person]) => [id, {
        ...person,
        selections: person.selections.map(({ anchor, head }) => ({ anchor: transaction.changes.mapPos(anchor, 1), head: transaction.changes.mapPos(head, 1) })),
      }]));
    }
    for (const effect of transaction.effects) {
      if (effect.is(clearRemotePeople)) next = new Map();
      if (!effect.is(setRemotePerson)) continue;
      const changed = new Map(next);
      if (effect.value.selections.length === 0) changed.delete(effect.value.connection);
      else changed.set(effect.value.connection, effect.value);
      next = changed;
    }
    return next;
  },
});

/** Everybody whose selections are known. */
export const peopleIn = (state: EditorState): readonly RemotePerson[] => [...state.field(people).values()];

/** Where somebody's cursor is; undefined when that is not known. */
export const headOf = (state: EditorState, connection: number): number | undefined => state.field(people).get(connection)?.selections[0]?.head;

class CaretMarker implements LayerMarker {
  constructor(readonly left: number, readonly top: number, readonly height: number, readonly person: RemotePerson) {}

  eq(other: LayerMarker): boolean {
    return other instanceof CaretMarker && other.left === this.left && other.top === this.top && other.height === this.height
      && other.person.name === this.person.name && other.person.colour === this.person.colour;
  }

  draw(): HTMLElement {
    const caret = document.createElement("div");
    caret.className = `dx-caret dx-person-${this.person.colour}`;
    caret.style.left = `${this.left}px`;
    caret.style.top = `${this.top}px`;
    caret.style.height = `${this.height}px`;
    const label = document.createElement("span");
    label.className = this.top < 16 ? "dx-caret-name dx-below" : "dx-caret-name";
    label.textContent = plain(this.person.name, 40);
    caret.append(label);
    return caret;
  }
}

function carets(view: EditorView): CaretMarker[] {
  const origin = view.scrollDOM.getBoundingClientRect();
  const left = origin.left - view.scrollDOM.scrollLeft * view.scaleX;
  const top = origin.top - view.scrollDOM.scrollTop * view.scaleY;
  return [...view.state.field(people).values()].flatMap((person) => person.selections.flatMap(({ head }) => {
    const at = view.coordsAtPos(Math.min(head, view.state.doc.length), 1);
    return at ? [new CaretMarker((at.left - left) / view.scaleX, (at.top - top) / view.scaleY, (at.bottom - at.top) / view.scaleY, person)] : [];
  }));
}

function selections(view: EditorView): RectangleMarker[] {
  const length = view.state.doc.length;
  return [...view.state.field(people).values()].flatMap((person) => person.selections
    .filter(({ anchor, head }) => anchor !== head)
    .flatMap(({ anchor, head }) =>
      [...RectangleMarker.forRange(view, `dx-remote-selection dx-person-${person.colour}`, EditorSelection.range(Math.min(anchor, length), Math.min(head, length)))]));
}

const changed = (before: EditorState, after: EditorState) => before.field(people) !== after.field(people);

export const remoteCursors: Extension = [
  people,
  layer({
    above: true, class: "dx-carets",
    update: (update) => update.docChanged || update.viewportChanged || update.geometryChanged || changed(update.startState, update.state),
    markers: carets,
  }),
  layer({
    above: false, class: "dx-remote-selections",
    update: (update) => update.docChanged || update.viewportChanged || update.geometryChanged || changed(update.startState, update.state),
    markers: selections,
  }),
];
