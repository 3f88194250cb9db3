using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace Devex.Core.Storage;

/// <summary>
/// Before anything else starts: proves that the S3 server honours <c>If-Match</c> and <c>If-None-Match</c>, for without them two
/// replicas would overwrite each other in silence. In Development a bucket that is absent is made.
/// </summary>
internal sealed partial class StorageStart(
    IAmazonS3 s3, ObjectStore store, IOptions<S3Options> options, IHostEnvironment environment, TimeProvider time, ILogger<StorageStart> logger)
    : IHostedLifecycleService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Durable)
            LogNotDurable(logger, options.Value.ServiceUrl ?? "AWS");
        var until = time.GetUtcNow() + Patience;
        while (true)
        {
            try
            {
                await MakeBucketAsync(cancellationToken);
                await ProveConditionsAsync(cancellationToken);
                return;
            }
            catch (Exception e) when (IsAway(e) && time.GetUtcNow() < until)
            {
                LogAway(logger, options.Value.ServiceUrl ?? "AWS", e.Message);
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (AmazonS3Exception e) when (InWords(e) is { } words)
            {
                throw new InvalidOperationException(words, e);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsAway(Exception e) =>
        e is HttpRequestException or AmazonClientException or AmazonServiceException { StatusCode: 0 or >= HttpStatusCode.InternalServerError };

    private string? InWords(AmazonS3Exception e) => e switch
    {
        { ErrorCode: "NoSuchBucket" } => $"There is no bucket '{options.Value.Bucket}' at {options.Value.ServiceUrl ?? "AWS"}. Make it, or name another by S3:Bucket.",
        { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } =>
            $"The S3 server at {options.Value.ServiceUrl ?? "AWS"} does not let Core read and write the bucket '{options.Value.Bucket}': {e.Message} Look at S3:AccessKey and S3:SecretKey, and at the rights of that key.",
        _ => null,
    };

    private async Task MakeBucketAsync(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment())
            return;
        try
        {
            await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = options.Value.Bucket, MaxKeys = 1 }, cancellationToken);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            try
            {
                await s3.PutBucketAsync(options.Value.Bucket, cancellationToken);
            }
            catch (AmazonS3Exception race) when (race.StatusCode == HttpStatusCode.Conflict)
            {
                // Another replica was first.
            }
        }
    }

    private async Task ProveConditionsAsync(CancellationToken cancellationToken)
    {
        var key = $"probes/{Guid.NewGuid():n}";
        byte[] Text(string text) => Encoding.UTF8.GetBytes($"{{\"probe\":\"{text}\"}}");
        try
        {
            Demand(await store.TryPutAsync(key, Text("one"), null, cancellationToken), "refuses If-None-Match: * for a new object");
            Demand(!await store.TryPutAsync(key, Text("two"), null, cancellationToken), "ignores If-None-Match: * on PUT");
            var first = await s3.GetObjectMetadataAsync(options.Value.Bucket, key, cancellationToken);
            Demand(await store.TryPutAsync(key, Text("three"), first.ETag, cancellationToken), "refuses If-Match with the right ETag");
            Demand(!await store.TryPutAsync(key, Text("four"), first.ETag, cancellationToken), "ignores If-Match on PUT");
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotImplemented)
        {
            Demand(false, $"does not know conditional PUT ({e.Message})");
        }
        await s3.DeleteObjectAsync(options.Value.Bucket, key, cancellationToken);
    }

    private void Demand(bool honoured, string what)
    {
        if (!honoured)
        {
            throw new InvalidOperationException(
                $"The S3 server at {options.Value.ServiceUrl ?? "AWS"} {what}. Devex keeps users' work consistent by conditional writes and does not run without them "
                + "(Ceph 18 is known not to honour If-Match). Point S3:ServiceUrl at a server that honours If-Match and If-None-Match.");
        }
    }
}
