using System.Text.Json;

namespace Devex.Runner.Sessions;

/// <summary>A frame from a client, taken apart without building a document.</summary>
/// <param name="Id">The id's JSON; null for a notification.</param>
/// <param name="Method">Which method.</param>
/// <param name="ParamsStart">Where its parameters' JSON begins.</param>
/// <param name="ParamsLength">How long it is; 0 when there are none.</param>
internal readonly record struct RequestFrame(byte[]? Id, string Method, int ParamsStart, int ParamsLength)
{
    private const int MaxId = 64;

    /// <summary>Reads a frame.</summary>
    /// <exception cref="JsonException">It is not JSON, or nested too deeply.</exception>
    /// <exception cref="FormatException">It is JSON but no request.</exception>
    public static RequestFrame Parse(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
            throw new FormatException("Batches are not taken; send one request per frame.");
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("A request is an object.");
        byte[]? id = null;
        string? method = null;
        var version = false;
        var (start, length) = (0, 0);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("jsonrpc"u8))
            {
                reader.Read();
                version = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("2.0"u8);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = ReadId(ref reader, frame);
            }
            else if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                method = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxId && !reader.ValueIsEscaped ? reader.GetString() : null;
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                    continue;
                if (reader.TokenType != JsonTokenType.StartObject)
                    throw new FormatException("Parameters are an object.");
                start = (int)reader.TokenStartIndex;
                reader.Skip();
                length = (int)reader.BytesConsumed - start;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        // Whatever follows the object makes the frame no JSON.
        while (reader.Read())
        {
        }
        return version && method is not null ? new RequestFrame(id, method, start, length) : throw new FormatException("A request has jsonrpc \"2.0\" and a method.");
    }

    private static byte[]? ReadId(ref Utf8JsonReader reader, ReadOnlySpan<byte> frame)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        var length = (int)(reader.BytesConsumed - reader.TokenStartIndex);
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Number && length <= MaxId
            ? frame.Slice((int)reader.TokenStartIndex, length).ToArray()
            : throw new FormatException($"An id is a string or number of at most {MaxId} bytes.");
    }
}
