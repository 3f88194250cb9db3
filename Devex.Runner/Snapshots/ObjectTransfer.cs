using System.Net;
using System.Net.Http.Headers;
using Devex.Contracts.Connections;
using Devex.Contracts.Snapshots;
using Devex.Snapshots;

namespace Devex.Runner.Snapshots;

/// <summary>Pages and packs to and from S3, by addresses that Core signed.</summary>
/// <param name="http">Client.</param>
/// <param name="core">Who signs.</param>
/// <param name="time">For pauses between tries.</param>
/// <param name="retries">Told of what is tried again.</param>
/// <param name="patience">How long S3 may be silent; null for <see cref="Patience.WithS3"/>.</param>
internal sealed class ObjectTransfer(HttpClient http, CoreClient core, TimeProvider time, IRetries? retries = null, Patience? patience = null)
{
    private readonly Patience _patience = patience ?? Patience.WithS3;

    /// <summary>Addresses of objects that <paramref name="root"/> names, in order.</summary>
    public async Task<IReadOnlyList<string>> AddressesAsync(string token, long root, IReadOnlyList<SnapshotObject> objects, CancellationToken cancellationToken)
    {
        var addresses = new List<string>(objects.Count);
        foreach (var batch in objects.Chunk(256))
        {
            var answer = await Retry.ForeverAsync(
                () => core.DownloadsAsync(token, new DownloadRequest(root, batch), cancellationToken), time, cancellationToken, retries);
            addresses.AddRange(answer.Urls);
        }
        return addresses;
    }

    /// <summary>A whole object, whose name is its hash.</summary>
    public async Task<byte[]> GetAsync(string address, Digest hash, int maxBytes, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, address), cancellationToken);
        if (response.Content.Headers.ContentLength is not { } length || length > maxBytes)
            throw new SnapshotFormatException("An object is over its limit.");
        var bytes = new byte[length];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            await stream.ReadExactlyAsync(bytes, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new OutOfReachException($"S3 broke off: {e.Message}");
        }
        return Digest.Of(bytes) == hash ? bytes : throw new OutOfReachException($"{hash} came with other content than its name says.");
    }

    /// <summary>Bytes of an object from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public async Task<HttpResponseMessage> GetRangeAsync(string address, long first, long last, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new RangeHeaderValue(first, last) } };
        var response = await SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.PartialContent)
            return response;
        response.Dispose();
        throw new OutOfReachException("S3 does not answer ranges.");
    }

    /// <summary>Puts objects; each that is there already counts as put.</summary>
    public Task PutAsync(string token, IReadOnlyList<(UploadObject Item, ReadOnlyMemory<byte> Bytes)> objects, CancellationToken cancellationToken)
    {
        var pending = objects;
        return Retry.ForeverAsync(
            async () =>
            {
                var left = new List<(UploadObject, ReadOnlyMemory<byte>)>();
                OutOfReachException? failed = null;
                foreach (var batch in pending.Chunk(256))
                {
                    var answer = await core.UploadsAsync(token, new UploadRequest([.. batch.Select(item => item.Item)]), cancellationToken);
                    await Parallel.ForEachAsync(
                        batch.Zip(answer.Uploads), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (pair, cancel) =>
                        {
                            try
                            {
                                await PutAsync(pair.Second, pair.First.Bytes, cancel);
                            }
                            catch (OutOfReachException e)
                            {
                                lock (left)
                                {
                                    left.Add(pair.First);
                                    failed = e;
                                }
                            }
                        });
                }
                pending = left;
                return failed is null ? true : throw failed;
            },
            time,
            cancellationToken,
            retries);
    }

    private async Task PutAsync(Upload upload, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, upload.Url) { Content = new ReadOnlyMemoryContent(bytes) };
        foreach (var (name, value) in upload.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await SendAsync(request, cancellationToken, HttpStatusCode.PreconditionFailed);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken, HttpStatusCode also = HttpStatusCode.OK)
    {
        using (request)
        {
            try
            {
                var response = await _patience.SendAsync(request, (asked, limit) => http.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, limit), time, cancellationToken);
                if (response.IsSuccessStatusCode || response.StatusCode == also)
                    return response;
                var body = await response.Content.ReadAsStringAsync(cancellationToken);
                response.Dispose();
                throw new OutOfReachException($"S3 answered {(int)response.StatusCode}: {body[..Math.Min(body.Length, 300)]}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                throw new OutOfReachException($"S3 does not answer: {e.Message}");
            }
        }
    }
}
