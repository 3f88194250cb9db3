using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Objects;

/// <summary>PUT with <c>x-amz-copy-source</c>: a copy within the server.</summary>
internal sealed class CopyObject(DataFolder data, ObjectStore objects)
{
    private const string SourcePrefix = "x-amz-copy-source-";
    private const int BufferBytes = 128 * 1024;

    public async Task HandleAsync(S3Request request)
    {
        var source = request.Http.Headers["x-amz-copy-source"].ToString();
        var from = Target.Parse(source.StartsWith('/') ? source : "/" + source);
        if (from.Bucket is null || from.Key is null) throw S3Error.InvalidArgument.Because("x-amz-copy-source must be bucket/key.").Exception();

        var (sourceFile, sourceInfo) = ObjectStore.Open(request.Buckets.Get(from.Bucket), from.Key);
        using (sourceFile)
        {
            if (Preconditions.From(request.Http, SourcePrefix).IsNotModified(sourceInfo)) throw S3Error.PreconditionFailed.Exception();
            await using var file = data.Receive();
            await CopyAsync(sourceFile, sourceInfo.Size, file.Stream, request.Aborted);
            var replace = request.Http.Headers["x-amz-metadata-directive"] == "REPLACE";
            var info = sourceInfo with
            {
                Key = request.Key,
                LastModified = objects.Now,
                Headers = replace ? ObjectHeaders.From(request.Http) : sourceInfo.Headers,
            };
            await ObjectStore.CommitAsync(request.Bucket, file, info, Preconditions.From(request.Http), request.Aborted);
            await S3Xml.WriteAsync(request.Context, "CopyObjectResult", xml =>
            {
                xml.WriteElementString("LastModified", S3Xml.Time(info.LastModified));
                xml.WriteElementString("ETag", $"\"{info.ETag}\"");
            });
        }
    }

    /// <summary>Copies the first <paramref name="size"/> bytes of a file, leaving its description behind.</summary>
    internal static async Task CopyAsync(Microsoft.Win32.SafeHandles.SafeFileHandle from, long size, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        for (long at = 0; at < size;)
        {
            var count = await RandomAccess.ReadAsync(from, buffer.AsMemory(0, (int)Math.Min(buffer.Length, size - at)), at, cancellationToken);
            if (count == 0) throw new InvalidDataException("The object's file is shorter than its description says.");
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            at += count;
        }
    }
}
