import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import type { FileLanguage } from "./fileLanguage.js";
import type { Markup, Range } from "./lsp.js";
import { isEmpty, markdown } from "./markdown.js";
import { rangeNow } from "./places.js";

/** What the server says about what the pointer rests on. */
export function hover(file: FileLanguage): Extension {
  return hoverTooltip(async (_, pos) => {
    if (!file.capabilities?.hoverProvider) return null;
    const answer = await file.ask<{ contents: Markup; range?: Range } | null>("textDocument/hover", pos, {});
    if (!answer?.result || isEmpty(answer.result.contents)) return null;
    const { contents, range } = answer.result;
    const shown = range && rangeNow(file.tab, answer.versions[file.uri], range);
    return {
      pos: shown?.from ?? pos,
      end: shown?.to,
      create: () => {
        const dom = markdown(contents);
        dom.classList.add("dx-language-hover");
        dom.dataset.testid = "hover";
        return { dom };
      },
    };
  }, { hoverTime: 350 });
}
