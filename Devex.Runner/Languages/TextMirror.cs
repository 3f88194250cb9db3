using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Devex.Contracts.Control;
using Devex.Runner.Documents;

namespace Devex.Runner.Languages;

/// <summary>
/// Keeps one language server's texts equal to the open documents. It asks documents what happened since it looked last, rather than being told:
/// so nothing piles up for a server that is slow, and many edits become one message.
/// </summary>
/// <param name="spec">Which files are its.</param>
/// <param name="root">The workspace's URI.</param>
/// <param name="documents">The authority.</param>
internal sealed class TextMirror(LanguageServerSpec spec, string root, DocumentStore documents)
{
    // Beyond this the whole text is shorter and quicker than its parts.
    private const int MostParts = 500;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, MirroredText> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MirroredText> _byUri = new(StringComparer.Ordinal);

    /// <summary>The messages that bring the server up to date, in order.</summary>
    /// <param name="incremental">Whether it takes parts of texts.</param>
    public List<byte[]> Sync(bool incremental)
    {
        var messages = new List<byte[]>();
        lock (_gate)
        {
            var open = new HashSet<string>(StringComparer.Ordinal);
            foreach (var document in documents.All)
            {
                var path = document.Path;
                if (document.Deleted || LanguageOf(path) is not { } language)
                    continue;
                open.Add(document.Id);
                if (_texts.TryGetValue(document.Id, out var text) && text.Path != path)
                    messages.Add(Close(text));
                if (_texts.TryGetValue(document.Id, out text))
                    Update(document, text, incremental, messages);
                else
                    messages.Add(Open(document, path, language));
            }
            foreach (var text in _texts.Values.Where(text => !open.Contains(text.Document)).ToList())
                messages.Add(Close(text));
        }
        return messages;
    }

    /// <summary>The language id of a file; null when it is another server's.</summary>
    public string? LanguageOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (spec.Languages.TryGetValue(name, out var language))
            return language;
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (spec.Languages.TryGetValue(name[dot..], out language))
                return language;
        }
        return null;
    }

    /// <summary>A browser's parameters with its places moved to the text that the server has.</summary>
    /// <exception cref="LspRefusal">They are about no open document, or about a text that is not kept any more.</exception>
    public byte[] Translate(ReadOnlyMemory<byte> parameters)
    {
        var json = JsonNode.Parse(parameters.Span)?.AsObject() ?? [];
        if (json["textDocument"] is not JsonObject named)
            return parameters.ToArray();
        lock (_gate)
        {
            if (named["uri"]?.GetValue<string>() is not { } uri || !_byUri.TryGetValue(uri, out var text))
                throw new LspRefusal(LspErrors.RequestFailed, "This document is not open here.");
            if (named["version"]?.GetValue<long>() is not { } version)
                return parameters.ToArray();
            named.Remove("version");
            Move(json, "position", text, version);
            if (json["range"] is JsonObject range)
            {
                Move(range, "start", text, version);
                Move(range, "end", text, version);
            }
            return JsonBytes(json);
        }
    }

    /// <summary>Each open document's URI and version, as JSON.</summary>
    public byte[] Versions()
    {
        lock (_gate)
            return Versions(_byUri.Values.Select(text => (text.Uri, text.Version)));
    }

    /// <summary>The document's version that a server's notification is about.</summary>
    public byte[] Versions(string uri, int? number)
    {
        lock (_gate)
            return Versions(_byUri.TryGetValue(uri, out var text) ? [(uri, number is { } n ? text.VersionOf(n) : text.Version)] : []);
    }

    /// <summary>The texts as the server was told them, by URI.</summary>
    public IReadOnlyDictionary<string, string> Texts()
    {
        lock (_gate)
            return _byUri.ToDictionary(text => text.Key, text => text.Value.Text.ToString());
    }

    private static byte[] Versions(IEnumerable<(string Uri, long Version)> versions)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var (uri, version) in versions)
            writer.WriteNumber(uri, version);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] JsonBytes(JsonObject json)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        json.WriteTo(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Move(JsonObject holder, string name, MirroredText text, long version)
    {
        if (holder[name] is not JsonObject position)
            return;
        var (line, character) = (position["line"]?.GetValue<int>() ?? -1, position["character"]?.GetValue<int>() ?? -1);
        if (line < 0 || character is < 0 or > int.MaxValue / 2)
            throw new LspRefusal(LspErrors.RequestFailed, "A position has a line and a character, both from 0 on.");
        var now = text.Now(version, new TextPosition(line, character))
            ?? throw new LspRefusal(LspErrors.ContentModified, "The text is another by now; ask again.");
        holder[name] = new JsonObject { ["line"] = now.Line, ["character"] = now.Character };
    }

    private byte[] Open(Document document, string path, string language)
    {
        var (version, content, _) = document.Since(0);
        var uri = $"{root}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";
        var text = new MirroredText(document.Id, path, uri, language, version, content);
        _texts[document.Id] = _byUri[uri] = text;
        return LspFrames.Notification("textDocument/didOpen", writer =>
        {
            writer.WriteStartObject("textDocument"u8);
            writer.WriteString("uri"u8, uri);
            writer.WriteString("languageId"u8, language);
            writer.WriteNumber("version"u8, text.Number);
            writer.WriteString("text"u8, content.ToString());
            writer.WriteEndObject();
        });
    }

    private byte[] Close(MirroredText text)
    {
        _texts.Remove(text.Document);
        _byUri.Remove(text.Uri);
        return LspFrames.Notification("textDocument/didClose", writer => Identify(writer, text.Uri));
    }

    private static void Update(Document document, MirroredText text, bool incremental, List<byte[]> messages)
    {
        var (version, content, updates) = document.Since(text.Version);
        if (version == text.Version && ReferenceEquals(content, text.Text))
            return;
        var parts = updates?.Sum(update => update.Changes.Sections.Length) ?? 0;
        var (whole, changes) = (!incremental || updates is null || parts > MostParts, new List<(TextPosition From, TextPosition To, string Text)>());
        if (updates is null)
            text.Replace(version, content);
        foreach (var update in updates ?? [])
        {
            if (!whole)
                changes.AddRange(Parts(text.Text, update.Changes));
            text.Apply(update.Changes);
        }
        messages.Add(LspFrames.Notification("textDocument/didChange", writer =>
        {
            Identify(writer, text.Uri, text.Told());
            writer.WriteStartArray("contentChanges"u8);
            if (whole)
            {
                writer.WriteStartObject();
                writer.WriteString("text"u8, text.Text.ToString());
                writer.WriteEndObject();
            }
            foreach (var (from, to, inserted) in changes)
            {
                writer.WriteStartObject();
                writer.WriteStartObject("range"u8);
                Place(writer, "start"u8, from);
                Place(writer, "end"u8, to);
                writer.WriteEndObject();
                writer.WriteString("text"u8, inserted);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }));
    }

    /// <summary>An update's parts, the last first: so each counts in the text before all of them.</summary>
    private static List<(TextPosition From, TextPosition To, string Text)> Parts(DocumentText before, ChangeSet changes)
    {
        var parts = new List<(TextPosition, TextPosition, string)>();
        var offset = 0;
        foreach (var section in changes.Sections)
        {
            if (section.Text is { } inserted)
                parts.Add((TextPositions.At(before, offset), TextPositions.At(before, offset + section.Length), inserted));
            offset += section.Length;
        }
        parts.Reverse();
        return parts;
    }

    private static void Identify(Utf8JsonWriter writer, string uri, int? number = null)
    {
        writer.WriteStartObject("textDocument"u8);
        writer.WriteString("uri"u8, uri);
        if (number is { } n)
            writer.WriteNumber("version"u8, n);
        writer.WriteEndObject();
    }

    private static void Place(Utf8JsonWriter writer, ReadOnlySpan<byte> name, TextPosition position)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("line"u8, position.Line);
        writer.WriteNumber("character"u8, position.Character);
        writer.WriteEndObject();
    }
}

/// <summary>A request that is answered with an error instead of being passed on.</summary>
internal sealed class LspRefusal(int code, string message) : Exception(message)
{
    public int Code { get; } = code;
}
