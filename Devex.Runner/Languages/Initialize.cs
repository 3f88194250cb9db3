using System.Text.Json;

namespace Devex.Runner.Languages;

/// <summary>The parameters of <c>initialize</c>: what <c>serve</c> and the workbench together can do.</summary>
internal static class Initialize
{
    // Snippets, lazily resolved details, prepared renames and both kinds of diagnostics are what the workbench draws.
    private const string Capabilities = """
        {
          "general": { "positionEncodings": ["utf-16"], "staleRequestSupport": { "cancel": true, "retryOnContentModified": [] } },
          "workspace": {
            "applyEdit": false, "configuration": true, "workspaceFolders": true,
            "workspaceEdit": { "documentChanges": true },
            "didChangeConfiguration": { "dynamicRegistration": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true, "relativePatternSupport": true },
            "diagnostics": { "refreshSupport": true }
          },
          "window": { "workDoneProgress": false },
          "textDocument": {
            "synchronization": { "dynamicRegistration": false },
            "completion": {
              "contextSupport": true,
              "completionItem": {
                "snippetSupport": true, "insertReplaceSupport": true, "labelDetailsSupport": true, "deprecatedSupport": true,
                "documentationFormat": ["markdown", "plaintext"], "commitCharactersSupport": false,
                "resolveSupport": { "properties": ["documentation", "detail", "additionalTextEdits"] }
              },
              "completionList": { "itemDefaults": ["editRange", "insertTextFormat", "data"] }
            },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "signatureHelp": {
              "contextSupport": true,
              "signatureInformation": { "documentationFormat": ["markdown", "plaintext"], "activeParameterSupport": true, "parameterInformation": { "labelOffsetSupport": true } }
            },
            "definition": { "linkSupport": true }, "typeDefinition": { "linkSupport": true }, "implementation": { "linkSupport": true },
            "references": {}, "documentHighlight": {}, "formatting": {}, "rangeFormatting": {},
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "rename": { "prepareSupport": true, "prepareSupportDefaultBehavior": 1 },
            "publishDiagnostics": { "versionSupport": true, "relatedInformation": false, "tagSupport": { "valueSet": [1, 2] } },
            "diagnostic": { "dynamicRegistration": false, "relatedDocumentSupport": false }
          }
        }
        """;

    public static byte[] Request(int id, string root)
    {
        using var parameters = new MemoryStream();
        using (var writer = new Utf8JsonWriter(parameters))
        {
            writer.WriteStartObject();
            writer.WriteNumber("processId"u8, Environment.ProcessId);
            writer.WriteStartObject("clientInfo"u8);
            writer.WriteString("name"u8, "Devex"u8);
            writer.WriteEndObject();
            writer.WriteString("rootUri"u8, root);
            writer.WritePropertyName("workspaceFolders"u8);
            ServerQuestions.Folders(writer, root);
            LspFrames.Raw(writer, "capabilities"u8, System.Text.Encoding.UTF8.GetBytes(Capabilities));
            writer.WriteEndObject();
        }
        return LspFrames.Request(id, "initialize", parameters.ToArray());
    }
}
