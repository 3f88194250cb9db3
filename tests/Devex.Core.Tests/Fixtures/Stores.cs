using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using StackExchange.Redis;
using Xunit;

[assembly: AssemblyFixture(typeof(Stores))]

namespace Devex.Core.Tests.Fixtures;

/// <summary>One S3 server for all integration tests, with a Redis server for each bucket that they use.</summary>
public sealed class Stores : IAsyncLifetime
{
    private readonly SemaphoreSlim _start = new(1, 1);
    private readonly Dictionary<string, RedisServer> _redis = [];
    private S3Server? _s3;

    public S3Server S3 => _s3 ?? throw new InvalidOperationException("Call StartAsync first.");

    /// <summary>Empties a Redis server, as one that lost its memory comes back.</summary>
    public static async Task EmptyAsync(RedisServer redis)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
        await connection.GetServers()[0].FlushAllDatabasesAsync();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the servers with the first test that needs them, so that unit tests need none.</summary>
    public async Task<RedisServer> StartAsync(string bucket)
    {
        await _start.WaitAsync();
        try
        {
            _s3 ??= await S3Server.StartAsync(S3Kind.Embedded);
            if (!_redis.TryGetValue(bucket, out var redis))
                _redis[bucket] = redis = await RedisServer.StartAsync(RedisKind.Redis);
            return redis;
        }
        finally
        {
            _start.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var redis in _redis.Values)
            await redis.DisposeAsync();
        if (_s3 is not null)
            await _s3.DisposeAsync();
        _start.Dispose();
    }
}
