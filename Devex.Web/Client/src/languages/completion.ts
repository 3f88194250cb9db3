import { autocompletion, type Completion, type CompletionContext, type CompletionResult, pickedCompletion, snippet } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { element } from "../layout/dom.js";
import type { FileLanguage } from "./fileLanguage.js";
import type { CompletionItem, CompletionList, Versions } from "./lsp.js";
import { isEmpty, markdown } from "./markdown.js";
import { changesNow, rangeNow } from "./places.js";

const kinds: Record<number, string> = {
  1: "text", 2: "method", 3: "function", 4: "function", 5: "property", 6: "variable", 7: "class", 8: "interface", 9: "namespace", 10: "property", 12: "constant",
  13: "enum", 14: "keyword", 16: "constant", 20: "enum", 21: "constant", 22: "class", 25: "type",
};

const snippetFormat = 2;

/** Completion by the language server instead of what the page knows by itself. */
export function completion(file: FileLanguage): Extension {
  return autocompletion({ override: [(context) => complete(file, context)] });
}

async function complete(file: FileLanguage, context: CompletionContext): Promise<CompletionResult | null> {
  const provider = file.capabilities?.completionProvider;
  if (!provider || file.tab.state.readOnly) return null;
  const word = context.matchBefore(/[\p{L}\p{N}_$]+/u);
  const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos);
  const triggered = !word && provider.triggerCharacters?.includes(before) === true && before.trim().length > 0;
  if (!context.explicit && !word && !triggered) return null;
  const answer = await file.ask<CompletionList | CompletionItem[] | null>("textDocument/completion", context.pos, {
    context: triggered ? { triggerKind: 2, triggerCharacter: before } : { triggerKind: 1 },
  });
  if (!answer?.result || context.aborted) return null;
  const list = Array.isArray(answer.result) ? { items: answer.result } : answer.result;
  if (list.items.length === 0) return null;
  const from = word?.from ?? context.pos;
  return {
    from,
    options: list.items.slice(0, 2000).map((item) => option(file, filled(item, list), answer.versions)),
    validFor: "isIncomplete" in list && list.isIncomplete === true ? undefined : /^[\p{L}\p{N}_$-]*$/u,
  };
}

/** What a list says once for all of its items. */
function filled(item: CompletionItem, { itemDefaults }: CompletionList): CompletionItem {
  if (!itemDefaults) return item;
  const range = itemDefaults.editRange;
  return {
    ...item,
    insertTextFormat: item.insertTextFormat ?? itemDefaults.insertTextFormat,
    data: item.data ?? itemDefaults.data,
    textEdit: item.textEdit ?? (range
      ? { newText: item.textEditText ?? item.label, ..."start" in range ? { range } : { insert: range.insert, replace: range.replace } }
      : undefined),
  };
}

function option(file: FileLanguage, item: CompletionItem, versions: Versions): Completion {
  let resolving: Promise<CompletionItem> | undefined;
  const resolved = () => (resolving ??= file.resolve(item));
  return {
    label: item.filterText ?? item.label,
    displayLabel: item.label + (item.labelDetails?.detail ?? ""),
    detail: item.labelDetails?.description,
    type: kinds[item.kind ?? 0] ?? "text",
    sortText: item.sortText,
    boost: item.deprecated === true || item.tags?.includes(1) === true ? -50 : 0,
    info: async () => {
      const full = await resolved();
      const detail = full.detail;
      if (detail === undefined && isEmpty(full.documentation)) return null;
      return element("div", { class: "dx-language-info" },
        detail === undefined ? undefined : element("pre", { text: detail }), isEmpty(full.documentation) ? undefined : markdown(full.documentation ?? ""));
    },
    apply: (view, picked, from, to) => apply(file, { view, item, picked, from, to, versions, resolved }),
  };
}

interface Applied {
  view: EditorView;
  item: CompletionItem;
  picked: Completion;
  from: number;
  to: number;
  versions: Versions;
  resolved: () => Promise<CompletionItem>;
}

function apply(file: FileLanguage, { view, item, picked, from, to, versions, resolved }: Applied): void {
  const text = (item.textEdit?.newText ?? item.insertText ?? item.label).replace(/\r\n?/g, "\n");
  const range = item.textEdit?.range ?? item.textEdit?.insert;
  // What was typed since belongs to what is replaced: only where it begins is the server's to say.
  const begins = range ? (rangeNow(file.tab, versions[file.uri], range)?.from ?? from) : from;
  if (item.insertTextFormat === snippetFormat) {
    snippet(placeholders(text))(view, picked, begins, to);
  } else {
    view.dispatch({
      changes: { from: begins, to, insert: text }, selection: { anchor: begins + text.length }, userEvent: "input.complete", scrollIntoView: true,
      annotations: pickedCompletion.of(picked),
    });
  }
  void (async () => {
    const full = item.additionalTextEdits ? item : await resolved();
    const changes = full.additionalTextEdits && changesNow(file.tab, versions[file.uri], full.additionalTextEdits);
    if (changes && changes.length > 0) view.dispatch({ changes, userEvent: "input.complete" });
  })();
}

/** The protocol's snippets as CodeMirror writes them. Choices become their first, variables nothing. */
export function placeholders(text: string): string {
  return text
    .replace(/\$\{(\d+)\|([^|,}]*)[^}]*\|\}/g, "${$1:$2}")
    .replace(/(?<!\\)\$(\d+)/g, "${$1}")
    .replace(/\$\{0(?::[^}]*)?\}/g, "${}")
    .replace(/\\\$/g, "$");
}
