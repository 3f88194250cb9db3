using Devex.Contracts;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;
using Devex.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Xunit;

namespace Devex.Core.Tests.Sessions;

[Trait("Tier", "integration")]
public sealed class RedisSessionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RedisKind.Redis)]
    [InlineData(RedisKind.Garnet)]
    public async Task Of_two_writers_of_one_version_one_wins_and_changes_are_never_lost(RedisKind kind)
    {
        await using var server = await RedisServer.StartAsync(kind, Cancelled);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var store = new RedisSessionStore(redis);
        var record = new SessionRecord { Owner = UserId.Local("ada"), Id = ReplId.New(), Session = "s", Phase = SessionPhase.Queued };
        await store.UpdateAsync(record.Id, _ => record, Cancelled);
        Assert.False(await store.TryWriteAsync(record with { Version = 1 }, Cancelled));
        Assert.False(await store.TryWriteAsync(record with { Version = 3 }, Cancelled));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            store.UpdateAsync(record.Id, current => current! with { Crashes = current.Crashes + 1, Phase = SessionPhase.Running }, Cancelled)));
        var found = await store.FindAsync(record.Id, Cancelled);
        Assert.Equal((20, 21L, SessionPhase.Running), (found!.Crashes, found.Version, found.Phase));
        Assert.Equal([(record.Owner, record.Id)], await store.ActiveAsync(Cancelled));

        await store.UpdateAsync(record.Id, current => current! with { Phase = SessionPhase.Stopped }, Cancelled);
        Assert.Empty(await store.ActiveAsync(Cancelled));
        await store.DeleteAsync(record.Id, Cancelled);
        Assert.Null(await store.FindAsync(record.Id, Cancelled));
    }

    [Fact]
    public async Task After_Redis_was_emptied_the_next_lease_is_above_what_the_one_before_still_wrote()
    {
        await using var server = await RedisServer.StartAsync(RedisKind.Redis, Cancelled);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var (store, leases) = (new RedisSessionStore(redis), new RedisSessionLeases(redis, Options.Create(new SessionsOptions()), new FakeTimeProvider()));
        var record = new SessionRecord { Owner = UserId.Local("ada"), Id = ReplId.New(), Session = "s", Phase = SessionPhase.Running, Fence = 57 };
        await store.UpdateAsync(record.Id, _ => record, Cancelled);

        await using var lease = await leases.TakeAsync(record.Id, Cancelled);

        Assert.True(lease!.Fence > 57);
    }

    [Fact]
    public async Task Signals_say_when_some_may_have_been_missed()
    {
        await using var server = await RedisServer.StartAsync(RedisKind.Redis, Cancelled);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        await using var other = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true");
        var (sender, id) = (new RedisSessionSignals(other), ReplId.New());
        await using var received = new RedisSessionSignals(redis).ReceiveAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        var next = received.MoveNextAsync();
        while (!next.IsCompleted)
            await sender.SendAsync(UserId.Local("ada"), id, null, Cancelled);
        Assert.True(await next);
        Assert.Equal((UserId.Local("ada"), id, null), received.Current);

        await other.GetServers()[0].ClientKillAsync(clientType: ClientType.PubSub);
        do
            Assert.True(await received.MoveNextAsync());
        while (received.Current is not null);
    }

    [Theory]
    [InlineData(RedisKind.Redis)]
    [InlineData(RedisKind.Garnet)]
    public async Task A_lease_is_held_by_one_until_it_is_released_or_taken_away(RedisKind kind)
    {
        await using var server = await RedisServer.StartAsync(kind, Cancelled);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var options = Options.Create(new SessionsOptions { LeaseTime = TimeSpan.FromMinutes(4) });
        var clock = new FakeTimeProvider();
        var (one, other) = (new RedisSessionLeases(redis, options, clock), new RedisSessionLeases(redis, options, clock));
        var id = ReplId.New();
        long first;
        await using (var lease = await one.TakeAsync(id, Cancelled))
        {
            first = lease!.Fence;
            Assert.Null(await other.TakeAsync(id, Cancelled));
        }
        await using var next = await other.TakeAsync(id, Cancelled);
        Assert.True(next!.Fence > first);

        await redis.GetDatabase().KeyDeleteAsync($"lease:{id}");
        var lost = new TaskCompletionSource();
        await using var registration = next.Lost.Register(() => lost.SetResult());
        clock.Advance(TimeSpan.FromMinutes(1));
        await lost.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
    }
}
