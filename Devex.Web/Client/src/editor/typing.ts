import type { EditorView } from "@codemirror/view";

/** Writes where the cursor is. */
export function typeText(view: EditorView, text: string): void {
  view.dispatch({ ...view.state.replaceSelection(text), userEvent: "input.type", scrollIntoView: true });
}

/** Presses the keys of letters, for an editor in which most are no letters for the text; those that it leaves alone are written. */
export function pressKeys(view: EditorView, letters: string): void {
  for (const letter of letters) {
    const { activeElement } = document;
    // A key may have opened a line for what follows, such as what is searched for.
    if (activeElement instanceof HTMLInputElement && view.dom.contains(activeElement)) activeElement.value += letter;
    else if (view.contentDOM.dispatchEvent(new KeyboardEvent("keydown", { key: letter === "\n" ? "Enter" : letter, bubbles: true, cancelable: true }))) typeText(view, letter);
  }
}
