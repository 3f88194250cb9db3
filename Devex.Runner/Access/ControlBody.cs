namespace Devex.Runner.Access;

/// <summary>The body of a control request: read before its signature can be checked, so it is bounded, and kept for the handler.</summary>
internal static class ControlBody
{
    private static readonly object Key = new();

    public static async Task<byte[]> ReadAsync(HttpContext context, int limit)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > limit)
                throw new BadHttpRequestException($"A control request has at most {limit} bytes.", StatusCodes.Status413PayloadTooLarge);
            buffer.Write(chunk, 0, read);
        }
        var body = buffer.ToArray();
        context.Items[Key] = body;
        return body;
    }

    /// <summary>The body that was read.</summary>
    public static byte[] Of(HttpContext context) => (byte[])context.Items[Key]!;
}
