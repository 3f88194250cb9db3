using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Devex.Core.Storage;
using Devex.Snapshots;
using Microsoft.Extensions.Options;

namespace Devex.Core.Snapshots;

/// <summary>The bucket, for objects that are written once.</summary>
internal sealed class SnapshotObjects(IAmazonS3 s3, IOptions<S3Options> options)
{
    private readonly string _bucket = options.Value.Bucket;

    /// <summary>A whole object; null when absent.</summary>
    public async Task<StoredObject?> GetAsync(string key, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await s3.GetObjectAsync(_bucket, key, cancellationToken);
            if (response.ContentLength > maxBytes)
                throw new SnapshotFormatException("An object is over its limit.");
            var bytes = new byte[response.ContentLength];
            await response.ResponseStream.ReadExactlyAsync(bytes, cancellationToken);
            return new StoredObject(bytes, response.LastModified is { } at ? new DateTimeOffset(at.ToUniversalTime()) : default);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Bytes <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public async Task<Stream> OpenRangeAsync(string key, long first, long last, CancellationToken cancellationToken)
    {
        var response = await s3.GetObjectAsync(
            new GetObjectRequest { BucketName = _bucket, Key = key, ByteRange = new ByteRange(first, last) }, cancellationToken);
        return response.ResponseStream;
    }

    /// <summary>Length of an object; null when absent.</summary>
    public async Task<long?> LengthAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return (await s3.GetObjectMetadataAsync(_bucket, key, cancellationToken)).ContentLength;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Puts an object that is not there yet; false when it is.</summary>
    public async Task<bool> PutNewAsync(string key, ReadOnlyMemory<byte> bytes, string contentType, CancellationToken cancellationToken)
    {
        try
        {
            await s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = _bucket,
                    Key = key,
                    IfNoneMatch = "*",
                    InputStream = new MemoryStream(bytes.ToArray(), writable: false),
                    ContentType = contentType,
                    UseChunkEncoding = false,
                },
                cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }

    /// <summary>The first key in order below a prefix; null when there is none.</summary>
    public async Task<string?> FirstKeyAsync(string prefix, CancellationToken cancellationToken)
    {
        var list = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket, Prefix = prefix, MaxKeys = 1 }, cancellationToken);
        return list.S3Objects is [var first, ..] ? first.Key : null;
    }

    /// <summary>Objects below a prefix in the order of keys, behind <paramref name="after"/> where that is given; at most 1,000.</summary>
    public async Task<IReadOnlyList<ListedObject>> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken)
    {
        var list = await s3.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = _bucket, Prefix = prefix, StartAfter = after, MaxKeys = Math.Min(limit, 1000) }, cancellationToken);
        return [.. (list.S3Objects ?? []).Select(Listed)];
    }

    /// <summary>All objects below a prefix in the order of keys.</summary>
    public async Task<IReadOnlyList<ListedObject>> ListAllAsync(string prefix, CancellationToken cancellationToken)
    {
        var all = new List<ListedObject>();
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = prefix };
        ListObjectsV2Response list;
        do
        {
            list = await s3.ListObjectsV2Async(request, cancellationToken);
            all.AddRange((list.S3Objects ?? []).Select(Listed));
            request.ContinuationToken = list.NextContinuationToken;
        }
        while (list.IsTruncated == true);
        return all;
    }

    /// <summary>Deletes objects; those that are absent are no error.</summary>
    public async Task DeleteAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        foreach (var some in keys.Chunk(1000))
        {
            await s3.DeleteObjectsAsync(
                new DeleteObjectsRequest { BucketName = _bucket, Objects = [.. some.Select(key => new KeyVersion { Key = key })], Quiet = true }, cancellationToken);
        }
    }

    private static ListedObject Listed(S3Object item) =>
        new(item.Key, item.Size ?? 0, item.LastModified is { } at ? new DateTimeOffset(at.ToUniversalTime()) : default);
}

/// <summary>An object in a listing.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">Bytes.</param>
/// <param name="At">When S3 says it was written.</param>
internal readonly record struct ListedObject(string Key, long Length, DateTimeOffset At);

/// <summary>An object and when S3 says it was written.</summary>
internal sealed record StoredObject(byte[] Bytes, DateTimeOffset At);
