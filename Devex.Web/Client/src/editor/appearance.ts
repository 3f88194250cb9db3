import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

// Colours come from the tokens, so that one definition serves both themes.
const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--dx-text)", backgroundColor: "var(--dx-background)", fontSize: "var(--dx-code-size, 13px)" },
  ".cm-scroller": { fontFamily: "var(--dx-mono)", lineHeight: "1.6", fontVariantLigatures: "none" },
  ".cm-content": { caretColor: "var(--dx-accent)", paddingBlock: "8px" },
  "&.cm-focused": { outline: "none" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--dx-accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--dx-selection)" },
  ".cm-gutters": { backgroundColor: "var(--dx-background)", color: "var(--dx-muted)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { paddingInline: "12px 8px", minWidth: "40px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--dx-hover) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--dx-text)" },
  ".cm-foldGutter .cm-gutterElement": { color: "color-mix(in srgb, var(--dx-muted) 70%, transparent)", cursor: "pointer" },
  ".cm-foldPlaceholder": { background: "var(--dx-higher)", border: "1px solid var(--dx-line)", color: "var(--dx-muted)", padding: "0 6px", borderRadius: "4px" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--dx-selection)", outline: "1px solid var(--dx-accent)" },
  "&.cm-focused .cm-nonmatchingBracket": { color: "var(--dx-danger)", backgroundColor: "transparent" },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--dx-accent) 18%, transparent)" },
  ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--dx-warning) 28%, transparent)", outline: "none" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--dx-warning) 55%, transparent)" },
  ".cm-panels": { backgroundColor: "var(--dx-raised)", color: "var(--dx-text)", fontFamily: "var(--dx-font)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--dx-line)" },
  ".cm-panel.cm-search": { padding: "8px 40px 8px 12px", display: "flex", flexWrap: "wrap", gap: "4px 6px", alignItems: "center", fontSize: "13px" },
  ".cm-panel.cm-search br": { flexBasis: "100%", height: "0", content: "''" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px", fontSize: "12px", color: "var(--dx-muted)" },
  ".cm-panel.cm-search [name=close]": { right: "8px", top: "8px", fontSize: "20px", color: "var(--dx-muted)", width: "28px", height: "28px", cursor: "pointer" },
  ".cm-textfield": {
    backgroundColor: "var(--dx-background)", border: "1px solid var(--dx-line)", borderRadius: "6px", color: "var(--dx-text)", padding: "4px 8px",
    fontFamily: "var(--dx-mono)", fontSize: "12px", margin: "0",
  },
  ".cm-textfield:focus-visible, .cm-button:focus-visible": { outline: "2px solid var(--dx-accent)", outlineOffset: "1px" },
  ".cm-button": {
    background: "var(--dx-higher)", border: "1px solid var(--dx-line)", borderRadius: "6px", color: "var(--dx-text)", padding: "4px 10px", fontSize: "12px",
    margin: "0", cursor: "pointer",
  },
  ".cm-tooltip": { background: "var(--dx-raised)", border: "1px solid var(--dx-line)", borderRadius: "8px", boxShadow: "var(--dx-shadow)", overflow: "hidden" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--dx-mono)", fontSize: "12px", maxHeight: "220px" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 8px !important" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--dx-selection)", color: "var(--dx-text)" },
  ".cm-placeholder": { color: "var(--dx-muted)" },
});

const highlight = HighlightStyle.define([
  { tag: [t.keyword, t.modifier, t.operatorKeyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword, t.self], color: "var(--dx-syntax-keyword)" },
  { tag: [t.string, t.special(t.string), t.regexp, t.character, t.attributeValue], color: "var(--dx-syntax-string)" },
  { tag: [t.number, t.bool, t.null, t.atom, t.unit, t.color, t.escape], color: "var(--dx-syntax-number)" },
  { tag: [t.comment, t.lineComment, t.blockComment, t.docComment, t.meta, t.processingInstruction], color: "var(--dx-syntax-comment)" },
  { tag: [t.function(t.variableName), t.function(t.propertyName), t.function(t.definition(t.variableName)), t.macroName], color: "var(--dx-syntax-function)" },
  { tag: [t.typeName, t.className, t.namespace, t.standard(t.typeName)], color: "var(--dx-syntax-type)" },
  { tag: [t.propertyName, t.attributeName, t.labelName], color: "var(--dx-syntax-property)" },
  { tag: [t.tagName, t.deleted], color: "var(--dx-syntax-tag)" },
  { tag: t.inserted, color: "var(--dx-success)" },
  { tag: [t.punctuation, t.separator, t.bracket, t.operator], color: "var(--dx-muted)" },
  { tag: t.heading, color: "var(--dx-syntax-function)", fontWeight: "600" },
  { tag: t.emphasis, fontStyle: "italic" },
  { tag: t.strong, fontWeight: "700" },
  { tag: t.strikethrough, textDecoration: "line-through" },
  { tag: [t.link, t.url], color: "var(--dx-info)", textDecoration: "underline" },
  { tag: t.invalid, color: "var(--dx-danger)" },
]);

export const appearance: Extension = [theme, syntaxHighlighting(highlight)];
