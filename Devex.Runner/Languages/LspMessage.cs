using System.Text.Json;

namespace Devex.Runner.Languages;

/// <summary>A JSON-RPC message of a language server or a browser, taken apart without building a document. Parts are their JSON, empty where absent.</summary>
internal readonly record struct LspMessage(
    string? Method, ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Params, ReadOnlyMemory<byte> Result, ReadOnlyMemory<byte> Error)
{
    private const int MaxDepth = 256;
    private const int MaxId = 64;

    public bool IsRequest => Method is not null && !Id.IsEmpty;

    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static LspMessage Parse(ReadOnlyMemory<byte> frame)
    {
        var reader = new Utf8JsonReader(frame.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A message is an object.");
        var message = default(LspMessage);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueTextEquals("id"u8) ? 'i' : reader.ValueTextEquals("method"u8) ? 'm' : reader.ValueTextEquals("params"u8) ? 'p'
                : reader.ValueTextEquals("result"u8) ? 'r' : reader.ValueTextEquals("error"u8) ? 'e' : ' ';
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var kind = reader.TokenType;
            var method = name == 'm' && kind == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
            var value = frame[start..(int)reader.BytesConsumed];
            message = name switch
            {
                'i' when kind is JsonTokenType.String or JsonTokenType.Number && value.Length <= MaxId => message with { Id = value },
                'm' => message with { Method = method },
                'p' when kind is JsonTokenType.StartObject or JsonTokenType.StartArray => message with { Params = value },
                'r' => message with { Result = value },
                'e' => message with { Error = value },
                _ => message,
            };
        }
        while (reader.Read())
        {
            // Whatever follows the object makes it no JSON.
        }
        return message;
    }
}
