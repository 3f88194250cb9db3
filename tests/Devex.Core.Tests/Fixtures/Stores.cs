using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using StackExchange.Redis;
using Xunit;

[assembly: AssemblyFixture(typeof(Stores))]

namespace Devex.Core.Tests.Fixtures;

/// <summary>One Redis and one S3 server for all integration tests; each test has a bucket and a Redis of its own or shares by distinct users.</summary>
public sealed class Stores : IAsyncLifetime
{
    private readonly SemaphoreSlim _start = new(1, 1);
    private RedisServer? _redis;
    private S3Server? _s3;

    public RedisServer Redis => _redis ?? throw new InvalidOperationException("Call StartAsync first.");

    public S3Server S3 => _s3 ?? throw new InvalidOperationException("Call StartAsync first.");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the servers with the first test that needs them, so that unit tests need none.</summary>
    public async Task StartAsync()
    {
        await _start.WaitAsync();
        try
        {
            _redis ??= await RedisServer.StartAsync(RedisKind.Redis);
            _s3 ??= await S3Server.StartAsync(S3Kind.Embedded);
        }
        finally
        {
            _start.Release();
        }
    }

    public Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync(Redis.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
            await _redis.DisposeAsync();
        if (_s3 is not null)
            await _s3.DisposeAsync();
        _start.Dispose();
    }
}
