using System.Text.Json;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Access;

/// <summary>Errors over HTTP, as RFC 9457 describes them.</summary>
internal static class Problem
{
    /// <summary>The HTTP status of one of <see cref="ErrorCodes"/>.</summary>
    public static int Status(int code) => code is >= 400 and < 600 ? code : code == ErrorCodes.InternalError ? 500 : 400;

    /// <summary>Answers with <c>application/problem+json</c>.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string code, string detail, string? path = null)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.XContentTypeOptions = "nosniff";
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("status"u8, status);
            json.WriteString("code"u8, code);
            json.WriteString("detail"u8, detail);
            if (path is not null)
                json.WriteString("path"u8, path);
            json.WriteEndObject();
        }
        response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }
}
