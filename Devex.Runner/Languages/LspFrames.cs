using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Devex.Runner.Languages;

/// <summary>Messages that <c>serve</c> sends to language servers and browsers, as bytes.</summary>
internal static class LspFrames
{
    public static byte[] Request(int id, string method, ReadOnlySpan<byte> parameters) => Raw(parameters, (writer, json) =>
    {
        writer.WriteNumber("id"u8, id);
        writer.WriteString("method"u8, method);
        if (json.Length > 0)
            Raw(writer, "params"u8, json);
    });

    public static byte[] Notification(string method, Action<Utf8JsonWriter> parameters) => Write(writer =>
    {
        writer.WriteString("method"u8, method);
        writer.WriteStartObject("params"u8);
        parameters(writer);
        writer.WriteEndObject();
    });

    /// <summary>A server's notification passed on, with the versions of the documents that it is about.</summary>
    public static byte[] Forward(string method, ReadOnlySpan<byte> parameters, ReadOnlyMemory<byte> versions) => Raw(parameters, (writer, json) =>
    {
        writer.WriteString("method"u8, method);
        Raw(writer, "params"u8, json);
        Raw(writer, "versions"u8, versions.Span);
    });

    /// <summary>An answer. <paramref name="versions"/> says to which texts its positions belong.</summary>
    public static byte[] Answer(ReadOnlyMemory<byte> id, in LspMessage answer, ReadOnlyMemory<byte> versions = default)
    {
        var (name, value) = answer.Error.IsEmpty ? ("result", answer.Result) : ("error", answer.Error);
        return Raw(value.Span, (writer, json) =>
        {
            Raw(writer, "id"u8, id.Span);
            Raw(writer, Encoding.UTF8.GetBytes(name), json.IsEmpty ? "null"u8 : json);
            if (!versions.IsEmpty)
                Raw(writer, "versions"u8, versions.Span);
        });
    }

    public static byte[] Result(ReadOnlyMemory<byte> id, Action<Utf8JsonWriter> result) => Write(writer =>
    {
        Raw(writer, "id"u8, id.Span);
        writer.WritePropertyName("result"u8);
        result(writer);
    });

    public static byte[] Error(ReadOnlyMemory<byte> id, int code, string message) => Write(writer =>
    {
        Raw(writer, "id"u8, id.Span);
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, code);
        writer.WriteString("message"u8, message);
        writer.WriteEndObject();
    });

    public static void Raw(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json, skipInputValidation: true);
    }

    /// <summary>What goes before a message on a server's input.</summary>
    public static byte[] Header(int length) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n\r\n"));

    private delegate void Body(Utf8JsonWriter writer, ReadOnlySpan<byte> json);

    private static byte[] Raw(ReadOnlySpan<byte> json, Body body)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 256);
        using var writer = Begin(buffer);
        body(writer, json);
        return End(writer, buffer);
    }

    private static byte[] Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = Begin(buffer);
        body(writer);
        return End(writer, buffer);
    }

    private static Utf8JsonWriter Begin(ArrayBufferWriter<byte> buffer)
    {
        var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        return writer;
    }

    private static byte[] End(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer)
    {
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
