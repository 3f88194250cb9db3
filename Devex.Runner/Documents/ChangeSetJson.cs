using System.Buffers;
using System.Text.Json;

namespace Devex.Runner.Documents;

/// <summary>
/// The JSON form of a change set, that of CodeMirror's <c>ChangeSet.toJSON</c>: <c>n</c> keeps, <c>[n]</c> deletes,
/// <c>[n, "line", …]</c> replaces by lines joined by <c>\n</c>. A lone surrogate becomes U+FFFD, here as in the browser:
/// both are one unit, so that no position moves.
/// </summary>
internal static class ChangeSetJson
{
    /// <exception cref="ChangeException">It is not a change set; the message says why.</exception>
    public static ChangeSet Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return Parse(ref reader);
        }
        catch (JsonException)
        {
            throw new ChangeException("A change set must be JSON.");
        }
    }

    public static byte[] ToUtf8(ChangeSet changes)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, changes);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter writer, ChangeSet changes)
    {
        writer.WriteStartArray();
        foreach (var section in changes.Sections)
        {
            if (section.Text is null)
            {
                writer.WriteNumberValue(section.Length);
                continue;
            }

            writer.WriteStartArray();
            writer.WriteNumberValue(section.Length);
            if (section.Text.Length > 0)
            {
                foreach (var line in section.Text.AsSpan().Split('\n')) writer.WriteStringValue(section.Text.AsSpan()[line]);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static ChangeSet Parse(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) throw new ChangeException("A change set is an array.");
        var sections = new List<Section>();
        long oldLength = 0, newLength = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var section = reader.TokenType switch
            {
                JsonTokenType.Number => new Section(Count(ref reader), null),
                JsonTokenType.StartArray => Replacement(ref reader),
                _ => throw new ChangeException("A part of a change set is a number or an array."),
            };
            if (section is { Length: 0, NewLength: 0 }) throw new ChangeException("A part of a change set may not be empty.");
            oldLength += section.Length;
            newLength += section.NewLength;
            if (oldLength > int.MaxValue || newLength > int.MaxValue) throw new ChangeException("A change set is longer than any text can be.");
            sections.Add(section);
        }

        if (reader.Read()) throw new ChangeException("Something follows the change set.");
        return new ChangeSet([.. sections]);
    }

    private static int Count(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count) && count >= 0
        ? count
        : throw new ChangeException("A length in a change set is a whole number from 0 on.");

    private static Section Replacement(ref Utf8JsonReader reader)
    {
        reader.Read();
        var length = Count(ref reader);
        string? first = null;
        List<string>? lines = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String) throw new ChangeException("A line in a change set is a string.");
            var line = JsonText.Read(ref reader);
            if (line.AsSpan().ContainsAny('\r', '\n')) throw new ChangeException("A line in a change set may not hold a line break.");
            if (first is null) first = line;
            else (lines ??= [first]).Add(line);
        }

        return new Section(length, lines is null ? first ?? "" : string.Join('\n', lines));
    }
}
