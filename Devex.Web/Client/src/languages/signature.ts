import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { EditorView, keymap, showTooltip, type Tooltip, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { element } from "../layout/dom.js";
import type { FileLanguage } from "./fileLanguage.js";
import type { SignatureHelp } from "./lsp.js";
import { isEmpty, markdown } from "./markdown.js";

const show = StateEffect.define<Tooltip | null>();

const field = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) value = effect.value;
    return value && transaction.docChanged ? { ...value, pos: transaction.changes.mapPos(value.pos) } : value;
  },
  provide: (f) => showTooltip.from(f),
});

/** The parameters of the call that is being typed. */
export function signature(file: FileLanguage): Extension {
  let asked = 0;
  const ask = (view: EditorView, retrigger: boolean, character?: string): void => {
    const number = ++asked;
    const pos = view.state.selection.main.head;
    const context = { triggerKind: character === undefined ? 3 : 2, triggerCharacter: character, isRetrigger: retrigger };
    void file.ask<SignatureHelp | null>("textDocument/signatureHelp", pos, { context }).then((answer) => {
      if (number !== asked || !view.dom.isConnected) return;
      const help = answer?.result;
      const tooltip = help && help.signatures.length > 0 ? { pos: view.state.selection.main.head, above: true, create: () => ({ dom: drawn(help) }) } : null;
      if (tooltip || view.state.field(field)) view.dispatch({ effects: show.of(tooltip) });
    });
  };
  const typing = ViewPlugin.define(() => ({
    update(update: ViewUpdate) {
      const provider = file.capabilities?.signatureHelpProvider;
      const { view, state } = update;
      const open = state.field(field) !== null;
      if (!provider || (!update.docChanged && !update.selectionSet)) return;
      const typed = update.transactions.some((transaction) => transaction.isUserEvent("input"));
      const head = state.selection.main.head;
      const before = state.sliceDoc(Math.max(0, head - 1), head);
      const triggers = [...(provider.triggerCharacters ?? []), ...(open ? (provider.retriggerCharacters ?? []) : [])];
      // `(` may come with its `)`: it stands before the cursor all the same.
      if (typed && triggers.includes(before)) queueMicrotask(() => ask(view, open, before));
      else if (open && (typed || update.selectionSet)) queueMicrotask(() => ask(view, true));
    },
  }));
  const hide = (view: EditorView) => {
    if (!view.state.field(field)) return false;
    asked++;
    view.dispatch({ effects: show.of(null) });
    return true;
  };
  return [field, typing, Prec.high(keymap.of([{ key: "Escape", run: hide }])), EditorView.domEventHandlers({ blur: (_, view) => void setTimeout(() => hide(view)) })];
}

function drawn(help: SignatureHelp): HTMLElement {
  const chosen = help.signatures[help.activeSignature ?? 0] ?? help.signatures[0];
  const dom = element("div", { class: "dx-language-signature", attributes: { "data-testid": "signature" } });
  if (!chosen) return dom;
  const parameter = chosen.parameters?.[chosen.activeParameter ?? help.activeParameter ?? 0]?.label;
  const [from, to] = typeof parameter === "string" ? at(chosen.label, parameter) : (parameter ?? [0, 0]);
  dom.append(element("code", {}, chosen.label.slice(0, from), element("strong", { text: chosen.label.slice(from, to) }), chosen.label.slice(to)));
  if (help.signatures.length > 1) dom.append(element("span", { class: "dx-muted", text: ` +${help.signatures.length - 1}` }));
  if (!isEmpty(chosen.documentation)) dom.append(markdown(chosen.documentation ?? ""));
  return dom;
}

function at(label: string, part: string): [number, number] {
  const from = label.indexOf(part, label.indexOf("(") + 1);
  return from < 0 ? [0, 0] : [from, from + part.length];
}
