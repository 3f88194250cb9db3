using Devex.Testing;
using StackExchange.Redis;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Fixtures;

[Trait("Tier", "integration")]
public sealed class RedisServerTests
{
    [Fact]
    public async Task Redis_answers_with_its_password_and_starts_again_empty()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await RedisServer.StartAsync(RedisKind.Redis, token);
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString))
        {
            Assert.True(await connection.GetDatabase().StringSetAsync("k", "v"));
        }

        await Assert.ThrowsAnyAsync<RedisException>(() => ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},password=wrong,connectRetry=0"));
        await server.RestartAsync(token);
        await using var again = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        Assert.True((await again.GetDatabase().StringGetAsync("k")).IsNull);
    }
}
