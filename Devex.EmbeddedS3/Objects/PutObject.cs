using Devex.EmbeddedS3.Payloads;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Objects;

/// <summary>PUT of an object.</summary>
internal sealed class PutObject(DataFolder data, ObjectStore objects)
{
    public async Task HandleAsync(S3Request request)
    {
        var bucket = request.Bucket;
        var conditions = Preconditions.From(request.Http);

        // Before the body: a client that waits for 100 Continue need not send what cannot be taken.
        conditions.CheckWrite(bucket.Index.Find(request.Key));
        await using var file = data.Receive();
        var digest = await request.Payload.CopyToAsync(file.Stream, request.Aborted);
        var info = new ObjectInfo(request.Key, digest.Size, digest.Md5, objects.Now, ObjectHeaders.From(request.Http), digest.Checksums);
        await ObjectStore.CommitAsync(bucket, file, info, conditions, request.Aborted);

        request.Context.Response.Headers.ETag = $"\"{info.ETag}\"";
        foreach (var (name, value) in info.Checksums) request.Context.Response.Headers[Checksum.HeaderPrefix + name] = value;
    }
}
