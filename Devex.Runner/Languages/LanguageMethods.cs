using System.Collections.Frozen;
using Devex.Contracts;

namespace Devex.Runner.Languages;

/// <summary>
/// The requests that browsers may send to a language server, and who may: what reads is for viewers too, what leads to an edit for editors.
/// Nothing else reaches it; above all no <c>workspace/executeCommand</c>, and no text of a document but what <c>serve</c> itself knows.
/// </summary>
internal static class LanguageMethods
{
    public static readonly FrozenDictionary<string, Role> All = new Dictionary<string, Role>
    {
        ["textDocument/hover"] = Role.Viewer,
        ["textDocument/signatureHelp"] = Role.Viewer,
        ["textDocument/definition"] = Role.Viewer,
        ["textDocument/typeDefinition"] = Role.Viewer,
        ["textDocument/implementation"] = Role.Viewer,
        ["textDocument/references"] = Role.Viewer,
        ["textDocument/documentHighlight"] = Role.Viewer,
        ["textDocument/documentSymbol"] = Role.Viewer,
        ["textDocument/diagnostic"] = Role.Viewer,
        ["textDocument/completion"] = Role.Editor,
        ["completionItem/resolve"] = Role.Editor,
        ["textDocument/prepareRename"] = Role.Editor,
        ["textDocument/rename"] = Role.Editor,
        ["textDocument/formatting"] = Role.Editor,
        ["textDocument/rangeFormatting"] = Role.Editor,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
