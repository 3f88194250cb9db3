using System.Net;
using Amazon.S3.Model;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Store;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Trash;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;

namespace Devex.Core.Tests.Trash;

[Trait("Tier", "integration")]
public sealed class TrashExpiryTests(Stores stores)
{
    private static readonly UserId Ada = UserId.Local("ada");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_seven_days_record_and_roots_are_gone_and_packs_are_left_to_the_collection()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "expiry");
        using var ada = await Browser.SignedInAsync(core);
        var (old, young, live) = (await ada.CreateAsync(), await ada.CreateAsync(), await ada.CreateAsync());
        var pack = SnapshotKeys.Object(Ada, Contracts.Snapshots.SnapshotObjectKind.Pack, Contracts.Snapshots.SnapshotScope.User, new string('a', 64));
        await PutAsync(core, pack);
        foreach (var repl in new[] { old, young, live })
        {
            for (var n = 1; n <= 3; n++)
                await PutAsync(core, SnapshotKeys.Root(Ada, repl.Id, n));
        }
        await TrashAsync(core, ada, old, TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        await TrashAsync(core, ada, young, TimeSpan.FromDays(7) - TimeSpan.FromHours(1));

        Assert.True(await Expiry(core).RunAsync(Cancelled));
        Assert.Empty(await KeysAsync(core, ReplRecords.Folder(Ada, old.Id)));
        Assert.Equal(4, (await KeysAsync(core, ReplRecords.Folder(Ada, young.Id))).Count);
        Assert.Equal(4, (await KeysAsync(core, ReplRecords.Folder(Ada, live.Id))).Count);
        Assert.Equal([pack], await KeysAsync(core, $"users/{Ada}/packs/"));
        Assert.Equal(young.Id, Assert.Single(await ada.ListAsync("/api/trash")).Id);
        using var restored = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{old.Id}/restore");
        Assert.Equal(HttpStatusCode.NotFound, restored.StatusCode);
        using var undone = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{young.Id}/restore");
        Assert.Equal(HttpStatusCode.OK, undone.StatusCode);
        Assert.Null(await core.Services.GetRequiredService<ReplRecords>().FindAsync(old.Id, Cancelled));
    }

    [Fact]
    public async Task A_session_that_is_not_saved_yet_keeps_its_repl_however_old()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "expiry-unsaved");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        await TrashAsync(core, ada, repl, TimeSpan.FromDays(30));
        var sessions = core.Services.GetRequiredService<ISessionStore>();
        await sessions.UpdateAsync(repl.Id, _ => new SessionRecord { Owner = Ada, Id = repl.Id, Session = "s", Phase = SessionPhase.Saving }, Cancelled);
        await Expiry(core).RunAsync(Cancelled);
        Assert.Single(await KeysAsync(core, ReplRecords.Folder(Ada, repl.Id)));

        await sessions.UpdateAsync(repl.Id, record => record! with { Phase = SessionPhase.Stopped }, Cancelled);
        await Expiry(core).RunAsync(Cancelled);
        Assert.Empty(await KeysAsync(core, ReplRecords.Folder(Ada, repl.Id)));
        Assert.Null(await sessions.FindAsync(repl.Id, Cancelled));
    }

    [Fact]
    public async Task What_a_crash_left_half_way_does_not_come_back_and_is_finished_by_the_next_run()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "expiry-crash");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        await PutAsync(core, SnapshotKeys.Root(Ada, repl.Id, 1));
        await TrashAsync(core, ada, repl, TimeSpan.FromDays(8));
        await core.Services.GetRequiredService<ReplRecords>().UpdateAsync(Ada, repl.Id, record => record with { ExpiredAt = DateTimeOffset.UnixEpoch }, Cancelled);
        Assert.Empty(await ada.ListAsync("/api/trash"));
        using var restored = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/restore");
        Assert.Equal(HttpStatusCode.NotFound, restored.StatusCode);
        await Expiry(core).RunAsync(Cancelled);
        Assert.Empty(await KeysAsync(core, ReplRecords.Folder(Ada, repl.Id)));
    }

    [Fact]
    public async Task One_replica_at_a_time_looks_through_the_trash()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "expiry-lease");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync();
        await TrashAsync(core, ada, repl, TimeSpan.FromDays(8));
        var redis = core.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        Assert.True(await redis.LockTakeAsync(RedisKeys.TrashLease, "another", TimeSpan.FromMinutes(5)));
        Assert.False(await Expiry(core).RunAsync(Cancelled));
        Assert.Single(await KeysAsync(core, ReplRecords.Folder(Ada, repl.Id)));
        await redis.LockReleaseAsync(RedisKeys.TrashLease, "another");
        Assert.True(await Expiry(core).RunAsync(Cancelled));
        Assert.Empty(await KeysAsync(core, ReplRecords.Folder(Ada, repl.Id)));
    }

    private static TrashExpiry Expiry(CoreHost core) => core.Services.GetRequiredService<TrashExpiry>();

    private static async Task TrashAsync(CoreHost core, Browser owner, Repl repl, TimeSpan ago)
    {
        (await owner.SendAsync(HttpMethod.Delete, $"/api/repls/{repl.Id}")).Dispose();
        await core.Services.GetRequiredService<ReplRecords>().UpdateAsync(Ada, repl.Id, record => record with { DeletedAt = record.DeletedAt - ago }, Cancelled);
    }

    private static Task<PutObjectResponse> PutAsync(CoreHost core, string key) => core.Services.GetRequiredService<Amazon.S3.IAmazonS3>().PutObjectAsync(
        new PutObjectRequest { BucketName = core.Bucket, Key = key, ContentBody = "x", UseChunkEncoding = false }, Cancelled);

    private static async Task<List<string>> KeysAsync(CoreHost core, string prefix) =>
        [.. (await core.Services.GetRequiredService<SnapshotObjects>().ListAllAsync(prefix, Cancelled)).Select(item => item.Key)];
}
