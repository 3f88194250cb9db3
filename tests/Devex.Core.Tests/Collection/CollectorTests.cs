using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Snapshots;
using Devex.Core.Collection;
using Devex.Core.History;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.History;
using Devex.Core.Trash;
using Devex.Snapshots.Roots;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Core.Tests.Collection;

/// <summary>Against a real S3 server, whose objects are as old as the test's clock says: it runs ahead.</summary>
[Trait("Tier", "integration")]
public sealed class CollectorTests(Stores stores)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task What_no_restore_point_names_is_condemned_and_a_day_later_deleted()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "collect-two-days");
        var (collector, condemned) = Make(world);
        var id = await world.CreateAsync(File("old"), File("older"), File("newest"));
        var packs = await PacksAsync(world);
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = Listen(world, counted);
        _time.Advance(Day + Day);

        var first = await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None);
        Assert.Equal((2, 1, 4, 0), (first.Thinned, first.Roots, first.Condemned, first.Deleted));
        Assert.Equal(packs, await PacksAsync(world));
        var (_, list) = Assert.Single(await condemned.ReadAsync(world.Owner, CancellationToken.None));
        Assert.Equal((2, 2), (list.Packs.Count, list.Pages.Count));

        _time.Advance(Day - TimeSpan.FromMinutes(1));
        Assert.Equal(0, (await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None)).Deleted);
        _time.Advance(TimeSpan.FromMinutes(1));
        var last = await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None);

        Assert.Equal((4, 0, 0), (last.Deleted, last.Condemned, last.Pardoned));
        Assert.True(last.DeletedBytes > 0);
        Assert.Single(await PacksAsync(world));
        Assert.Empty(await condemned.ReadAsync(world.Owner, CancellationToken.None));
        Assert.Equal("newest", (await world.ReadAsync(id))["workspace/file"]);
        Assert.Equal((2, 4, 4, 0), (counted["devex.collection.thinned"], counted["devex.collection.condemned"], counted["devex.collection.deleted"], counted["devex.collection.pardoned"]));
        Assert.Equal(last.DeletedBytes, counted["devex.collection.deleted.size"]);
    }

    [Fact]
    public async Task What_a_fork_the_trash_or_a_rescue_names_stays()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "collect-names");
        var (collector, _) = Make(world);
        var id = await world.CreateAsync(File("for the fork"), File("for the rescue"), File("newest"));
        using var forked = await world.Ada.PostAsync($"/api/repls/{id}/fork", new ForkRepl(null, "1"));
        var fork = (await forked.Content.ReadFromJsonAsync(ApiJson.Default.Repl))!;
        using var deleted = await world.Ada.SendAsync(HttpMethod.Delete, $"/api/repls/{fork.Id}");
        var objects = world.Get<SnapshotObjects>();
        var rescued = await objects.GetAsync(SnapshotKeys.Root(world.Owner, id, 2), 1 << 20, CancellationToken.None);
        await objects.PutNewAsync(SnapshotKeys.Rescue(world.Owner, id, 2, "abc"), rescued!.Bytes, "application/json", CancellationToken.None);

        for (var day = 0; day < 4; day++)
        {
            _time.Advance(Day);
            await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None);
        }

        Assert.Equal(3, (await PacksAsync(world)).Count);
        Assert.Equal("for the fork", (await world.ReadAsync(fork.Id))["workspace/file"]);
        Assert.Equal("for the rescue", (await world.ReadAsync(id, "r2-abc"))["workspace/file"]);
        Assert.Equal(RestorePointKind.Rescue, (await world.GetAsync(id, "", HistoryJson.Default.RestorePointList)).Points[^1].Kind);
    }

    [Fact]
    public async Task What_is_condemned_may_not_be_named_and_is_spared_when_it_was_named_all_the_same()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "collect-late");
        var (collector, condemned) = Make(world);
        var id = await world.CreateAsync(File("old"), File("newest"));
        var old = (await world.Get<RestorePoints>().OpenAsync(world.Owner, id, "1", CancellationToken.None)).Stored;
        _time.Advance(Day + Day);
        await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None);

        var named = CondemnedObjects.Named(SnapshotContent.Of(old.Root));
        Assert.Equal(named.Count, (await condemned.AmongAsync(world.Owner, named, CancellationToken.None)).Count);

        // A commit that was checked before the list was there, and written after.
        var late = old.Next("late") with { Number = 3 };
        Assert.True((await world.Get<RootChain>().AppendAsync(world.Owner, late, CancellationToken.None)).Ours);
        _time.Advance(Day);
        var report = await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None);

        Assert.Equal((2, 0), (report.Pardoned, report.Deleted));
        Assert.Equal("old", (await world.ReadAsync(id))["workspace/file"]);
        Assert.Empty(await condemned.AmongAsync(world.Owner, named, CancellationToken.None));
    }

    [Fact]
    public async Task Young_objects_and_those_of_templates_are_left_alone()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "collect-young");
        var (collector, _) = Make(world);
        var objects = world.Get<SnapshotObjects>();
        var hash = new string('a', 64);
        await objects.PutNewAsync(SnapshotKeys.Object(world.Owner, SnapshotObjectKind.Pack, SnapshotScope.User, hash), new byte[10], "application/octet-stream", CancellationToken.None);
        await objects.PutNewAsync(SnapshotKeys.Object(world.Owner, SnapshotObjectKind.Pack, SnapshotScope.Template, hash), new byte[10], "application/octet-stream", CancellationToken.None);

        _time.Advance(TimeSpan.FromHours(20));
        Assert.Equal(0, (await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None)).Condemned);
        for (var day = 0; day < 3; day++)
        {
            _time.Advance(Day);
            await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None);
        }

        Assert.Empty(await PacksAsync(world));
        Assert.Equal(10, await objects.LengthAsync(SnapshotKeys.Object(world.Owner, SnapshotObjectKind.Pack, SnapshotScope.Template, hash), CancellationToken.None));
    }

    [Fact]
    public async Task What_only_a_repl_named_that_left_the_trash_for_good_is_collected()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "collect-trash");
        var (collector, _) = Make(world);
        var (gone, kept) = (await world.CreateAsync(File("gone")), await world.CreateAsync(File("kept")));
        using var deleted = await world.Ada.SendAsync(HttpMethod.Delete, $"/api/repls/{gone}");
        await world.Get<Core.Repls.ReplRecords>().UpdateAsync(
            world.Owner, gone, record => record with { DeletedAt = record.DeletedAt - TrashExpiry.Kept }, CancellationToken.None);
        _time.Advance(Day + Day);
        Assert.Equal(0, (await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None)).Condemned);

        Assert.True(await world.Get<TrashExpiry>().RunAsync(CancellationToken.None));
        Assert.Equal(2, (await PacksAsync(world)).Count);
        Assert.Equal(2, (await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None)).Condemned);
        _time.Advance(Day);
        Assert.Equal(2, (await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None)).Deleted);

        Assert.Single(await PacksAsync(world));
        Assert.Equal("kept", (await world.ReadAsync(kept))["workspace/file"]);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_is_for_operators()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "collect-dry", new Dictionary<string, string?> { ["Auth:Operators"] = "local-grace" });
        await world.CreateAsync(File("old"), File("newest"));
        using var grace = await Browser.SignedInAsync(world.Core, "grace");
        using var refused = await world.Ada.SendAsync(HttpMethod.Get, "/api/operator/users/local-ada/collection");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        using var dry = await grace.SendAsync(HttpMethod.Get, "/api/operator/users/local-ada/collection");
        Assert.Equal((true, 0, 0), await dry.Content.ReadFromJsonAsync(HistoryJson.Default.CollectionReport) is { } none ? (none.DryRun, none.Thinned, none.Condemned) : default);

        var (collector, _) = Make(world);
        _time.Advance(Day + Day);
        var before = await world.Get<SnapshotObjects>().ListAllAsync("users/", CancellationToken.None);
        var report = await collector.CollectAsync(world.Owner, dryRun: true, CancellationToken.None);
        Assert.Equal((1, 2), (report.Thinned, report.Condemned));
        Assert.Equal(before, await world.Get<SnapshotObjects>().ListAllAsync("users/", CancellationToken.None));

        using var run = await grace.SendAsync(HttpMethod.Post, "/api/operator/users/local-ada/collection");
        Assert.Equal(HttpStatusCode.OK, run.StatusCode);
    }

    [Fact]
    public async Task Whatever_saves_restores_and_forks_do_meanwhile_no_restore_point_ever_loses_a_file()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "collect-storm", new Dictionary<string, string?> { ["Limits:Repls"] = "100" });
        var (collector, condemned) = Make(world);
        var restore = new HistoryRestore(
            world.Get<RestorePoints>(), world.Get<RootChain>(), world.Get<SnapshotObjects>(), condemned, new NoSnapshotEvents(), world.Core.Engine);
        var forks = new HistoryForks(world.Get<RestorePoints>(), world.Get<RootChain>(), condemned);
        var records = world.Get<Core.Repls.ReplRecords>();
        var random = new Random(7);
        List<ReplId> ids = [await world.CreateAsync(File("a")), await world.CreateAsync(File("b"))];
        using var ended = new CancellationTokenSource();
        var step = 0;
        var collecting = Task.Run(async () =>
        {
            var (runs, last) = (0, -1);
            while (!ended.IsCancellationRequested)
            {
                // Once a step, so that no step takes as long as a reprieve: what was checked is put long before anything is deleted.
                var now = Volatile.Read(ref step);
                if (now != last)
                    _time.Advance(TimeSpan.FromHours(7));
                last = now;
                await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None);
                runs++;
            }
            return runs;
        });
        for (; step < 60; Interlocked.Increment(ref step))
        {
            var id = ids[random.Next(ids.Count)];
            var repl = (await records.FindAsync(id, CancellationToken.None))!;
            try
            {
                switch (random.Next(4))
                {
                    case 0:
                        var points = await world.Get<RestorePoints>().ListAsync(world.Owner, id, null, 20, CancellationToken.None);
                        var point = await world.Get<RestorePoints>().OpenAsync(world.Owner, id, points.Points[random.Next(points.Points.Count)].Id, CancellationToken.None);
                        await restore.RestoreAsync(repl, point, null, CancellationToken.None);
                        break;
                    case 1 when ids.Count < 12:
                        var fork = await world.Ada.CreateAsync();
                        await forks.ForkAsync(repl, "head", fork.Id, CancellationToken.None);
                        ids.Add(fork.Id);
                        break;
                    default:
                        await world.SaveAsync(id, File($"step {step}"));
                        break;
                }
            }
            catch (Core.Errors.ApiProblem)
            {
                // Thinned out in the meantime, and said so.
            }
        }
        await ended.CancelAsync();
        Assert.True(await collecting > 3);
        _time.Advance(Day + Day);
        await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None);
        _time.Advance(Day + Day);
        await collector.CollectAsync(world.Owner, dryRun: false, CancellationToken.None);

        foreach (var id in ids)
        {
            foreach (var point in (await world.GetAsync(id, "", HistoryJson.Default.RestorePointList)).Points)
                Assert.NotEmpty((await world.ReadAsync(id, point.Id))["workspace/file"]);
        }
    }

    private static Dictionary<string, string> File(string text) => new() { ["workspace/file"] = text };

    /// <summary>Adds up what this Core's meter counts.</summary>
    private static MeterListener Listen(HistoryWorld world, ConcurrentDictionary<string, long> counted)
    {
        var ours = world.Get<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == CollectionMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, ours))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counted.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();
        return listener;
    }

    private (Collector Collector, Condemned Condemned) Make(HistoryWorld world)
    {
        var condemned = new Condemned(world.Get<SnapshotObjects>(), _time);
        return (new Collector(
            world.Get<SnapshotObjects>(), world.Get<ObjectStore>(), condemned, world.Get<CollectionMetrics>(), Options.Create(new CollectionOptions()), _time,
            NullLogger<Collector>.Instance), condemned);
    }

    private static async Task<IReadOnlyList<string>> PacksAsync(HistoryWorld world) =>
        [.. (await world.Get<SnapshotObjects>().ListAllAsync($"users/{world.Owner}/packs/", CancellationToken.None)).Select(item => item.Key)];
}
