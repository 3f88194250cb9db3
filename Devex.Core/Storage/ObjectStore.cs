using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace Devex.Core.Storage;

/// <summary>
/// Small JSON records in S3, written only under a condition: whoever changes a record has seen what it changes. Functions passed to
/// <see cref="UpdateAsync"/> may run several times and must depend on their argument alone.
/// </summary>
internal sealed class ObjectStore(IAmazonS3 s3, IOptions<S3Options> options)
{
    /// <summary>Writers of one record at once; with random pauses between them, the last one still gets its turn.</summary>
    private const int Attempts = 12;

    private string Bucket => options.Value.Bucket;

    /// <summary>The record and its ETag; null when there is none.</summary>
    public async Task<Stored<T>?> ReadAsync<T>(string key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var response = await s3.GetObjectAsync(Bucket, key, cancellationToken);
            var value = await JsonSerializer.DeserializeAsync(response.ResponseStream, type, cancellationToken);
            return new Stored<T>(value ?? throw new InvalidDataException($"{key} holds null."), response.ETag);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a record that is not there yet. False: another one is. The same bytes count as written, for an answer may get lost.</summary>
    public async Task<bool> CreateAsync<T>(string key, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        for (var attempt = 1; ; attempt++)
        {
            if (await TryPutAsync(key, bytes, ifMatch: null, cancellationToken))
                return true;
            if (await ReadAsync(key, type, cancellationToken) is { } found)
                return JsonSerializer.SerializeToUtf8Bytes(found.Value, type).AsSpan().SequenceEqual(bytes);
            await PauseAsync(key, attempt, cancellationToken);
        }
    }

    /// <summary>
    /// Applies <paramref name="change"/> to the newest record until no other writer comes between; one that returns its argument
    /// writes nothing. Null when there is no record.
    /// </summary>
    public async Task<T?> UpdateAsync<T>(string key, JsonTypeInfo<T> type, Func<T, T> change, CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await ReadAsync(key, type, cancellationToken) is not { } old)
                return null;
            var changed = change(old.Value);
            if (ReferenceEquals(changed, old.Value) || await TryPutAsync(key, JsonSerializer.SerializeToUtf8Bytes(changed, type), old.ETag, cancellationToken))
                return changed;
            await PauseAsync(key, attempt, cancellationToken);
        }
    }

    /// <summary>Names directly below a prefix that ends in <c>/</c>, without it: the folders, not what is in them.</summary>
    public async IAsyncEnumerable<string> FoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix, Delimiter = "/" };
        ListObjectsV2Response page;
        do
        {
            page = await s3.ListObjectsV2Async(request, cancellationToken);
            foreach (var folder in page.CommonPrefixes ?? [])
                yield return folder[prefix.Length..^1];
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    /// <summary>Deletes an object; one that is not there is deleted already.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) => s3.DeleteObjectAsync(Bucket, key, cancellationToken);

    /// <summary>Puts bytes if the object still has <paramref name="ifMatch"/>, or, where that is null, if there is none. False: it is not so.</summary>
    internal async Task<bool> TryPutAsync(string key, byte[] bytes, string? ifMatch, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(bytes, writable: false);
        var request = new PutObjectRequest
        {
            BucketName = Bucket,
            Key = key,
            InputStream = body,
            ContentType = "application/json",
            UseChunkEncoding = false,
        };
        if (ifMatch is null)
            request.IfNoneMatch = "*";
        else
            request.IfMatch = ifMatch;
        try
        {
            await s3.PutObjectAsync(request, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict
            || (ifMatch is not null && e.StatusCode == HttpStatusCode.NotFound))
        {
            return false;
        }
    }

    private static async Task PauseAsync(string key, int attempt, CancellationToken cancellationToken)
    {
        if (attempt == Attempts)
            throw new IOException($"{key} was changed by others {Attempts} times in a row.");
        await Task.Delay(Random.Shared.Next(5, 10 << Math.Min(attempt, 6)), cancellationToken);
    }
}

/// <summary>A record as it was read.</summary>
internal sealed record Stored<T>(T Value, string ETag);
