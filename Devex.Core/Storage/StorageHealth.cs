using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Devex.Core.Storage;

/// <summary>
/// Whether a store answers. A Core that has never heard of it is not ready: one with a wrong address or password must not take the place of one without. Later, a store that is
/// away is away for every Core, and each of them goes on with what it can do without it, and says to people what it cannot.
/// </summary>
internal abstract class StorageHealth : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private volatile bool _known;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await AskAsync(limit.Token).WaitAsync(limit.Token);
            _known = true;
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var why = e is OperationCanceledException ? $"No answer within {Patience.TotalSeconds} s." : e.Message;
            return _known ? HealthCheckResult.Degraded(why) : HealthCheckResult.Unhealthy(why, e);
        }
    }

    protected abstract Task AskAsync(CancellationToken cancellationToken);
}

internal sealed class S3Health(IAmazonS3 s3, IOptions<S3Options> options) : StorageHealth
{
    protected override Task AskAsync(CancellationToken cancellationToken) =>
        s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = options.Value.Bucket, MaxKeys = 1 }, cancellationToken);
}

internal sealed class RedisHealth(IConnectionMultiplexer redis) : StorageHealth
{
    protected override Task AskAsync(CancellationToken cancellationToken) => redis.GetDatabase().PingAsync();
}
