using System.Text.Json;
using Devex.Contracts.Control;

namespace Devex.Runner.Languages;

/// <summary>Answers what a language server asks its client. There is one client for it, <c>serve</c>, whoever is connected.</summary>
internal static class ServerQuestions
{
    public static byte[] Answer(in LspMessage question, LanguageServerSpec spec, string root)
    {
        var (id, asked) = (question.Id, question.Params);
        return question.Method switch
        {
            "workspace/configuration" => LspFrames.Result(id, writer => Configure(writer, asked, spec.Settings)),
            "workspace/workspaceFolders" => LspFrames.Result(id, writer => Folders(writer, root)),
            // Edits come from people: a server that wants to make one by itself is told no.
            "workspace/applyEdit" => LspFrames.Result(id, writer =>
            {
                writer.WriteStartObject();
                writer.WriteBoolean("applied"u8, false);
                writer.WriteEndObject();
            }),
            "client/registerCapability" or "client/unregisterCapability" or "window/workDoneProgress/create" or "window/showMessageRequest"
                or "workspace/diagnostic/refresh" => LspFrames.Result(id, writer => writer.WriteNullValue()),
            _ => LspFrames.Error(id, LspErrors.MethodNotFound, "This client has no such method."),
        };
    }

    public static void Folders(Utf8JsonWriter writer, string root)
    {
        writer.WriteStartArray();
        writer.WriteStartObject();
        writer.WriteString("uri"u8, root);
        writer.WriteString("name"u8, "workspace"u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void Configure(Utf8JsonWriter writer, ReadOnlyMemory<byte> asked, JsonElement? settings)
    {
        writer.WriteStartArray();
        using var document = JsonDocument.Parse(asked.IsEmpty ? "{}"u8.ToArray() : asked);
        if (document.RootElement.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in items.EnumerateArray())
            {
                var section = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("section", out var named) ? named.GetString() : null;
                if (Section(settings, section) is { } found)
                    found.WriteTo(writer);
                else
                    writer.WriteNullValue();
            }
        }
        writer.WriteEndArray();
    }

    private static JsonElement? Section(JsonElement? settings, string? section)
    {
        foreach (var name in section?.Split('.') ?? [])
            settings = settings is { ValueKind: JsonValueKind.Object } group && group.TryGetProperty(name, out var inner) ? inner : null;
        return settings;
    }
}
