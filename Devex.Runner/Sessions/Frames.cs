using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Sessions;

/// <summary>JSON-RPC frames that <c>serve</c> sends, as bytes.</summary>
internal static class Frames
{
    private static readonly byte[] NoId = "null"u8.ToArray();

    /// <summary>A notification; encode once and send it to many.</summary>
    public static ReadOnlyMemory<byte> Notification<T>(string method, T value, JsonTypeInfo<T> type) => Write(writer =>
    {
        writer.WriteString("method"u8, method);
        writer.WritePropertyName("params"u8);
        JsonSerializer.Serialize(writer, value, type);
    });

    /// <summary>The answer to the request whose id is <paramref name="id"/>, given as its JSON.</summary>
    public static ReadOnlyMemory<byte> Result<T>(byte[] id, T value, JsonTypeInfo<T> type) => Write(writer =>
    {
        writer.WritePropertyName("id"u8);
        writer.WriteRawValue(id);
        writer.WritePropertyName("result"u8);
        JsonSerializer.Serialize(writer, value, type);
    });

    /// <summary>An error; <paramref name="id"/> is null when the frame had none that could be read.</summary>
    public static ReadOnlyMemory<byte> Error(byte[]? id, JsonRpcError error) => Write(writer =>
    {
        writer.WritePropertyName("id"u8);
        writer.WriteRawValue(id ?? NoId);
        writer.WritePropertyName("error"u8);
        JsonSerializer.Serialize(writer, error, ProtocolJson.Default.JsonRpcError);
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        body(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
