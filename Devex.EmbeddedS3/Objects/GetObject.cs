using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Objects;

/// <summary>GET and HEAD of an object.</summary>
internal static class GetObject
{
    private const int BlockBytes = 256 * 1024;

    public static async Task HandleAsync(S3Request request)
    {
        var (file, info) = ObjectStore.Open(request.Bucket, request.Key);
        using (file)
        {
            var response = request.Context.Response;
            if (Preconditions.From(request.Http).IsNotModified(info))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                response.Headers.ETag = $"\"{info.ETag}\"";
                response.Headers.LastModified = info.LastModified.ToString("r");
                return;
            }

            var range = Range(request, info);
            ObjectHeaders.Write(request.Context, info, request.Query, isWhole: range is null);
            var part = range ?? new ByteRange(0, info.Size);
            response.ContentLength = part.Length;
            if (range is not null)
            {
                response.StatusCode = StatusCodes.Status206PartialContent;
                response.Headers.ContentRange = $"bytes {part.Start}-{part.Start + part.Length - 1}/{info.Size}";
            }

            if (HttpMethods.IsHead(request.Http.Method)) return;
            for (var (at, left) = (part.Start, part.Length); left > 0;)
            {
                var block = response.BodyWriter.GetMemory(BlockBytes);
                var count = await RandomAccess.ReadAsync(file, block[..(int)Math.Min(block.Length, left)], at, request.Aborted);
                if (count == 0) throw new InvalidDataException("The object's file is shorter than its description says.");
                response.BodyWriter.Advance(count);
                at += count;
                left -= count;
                await response.BodyWriter.FlushAsync(request.Aborted);
            }
        }
    }

    private static ByteRange? Range(S3Request request, ObjectInfo info)
    {
        try
        {
            return ByteRange.Parse(request.Http.Headers.Range.ToString(), info.Size);
        }
        catch (S3Exception e) when (e.Error == S3Error.InvalidRange)
        {
            request.Context.Response.Headers.ContentRange = $"bytes */{info.Size}";
            throw;
        }
    }
}
