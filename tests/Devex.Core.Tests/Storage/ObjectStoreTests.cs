using Devex.Contracts;
using Devex.Core.Repls;
using Devex.Core.Storage;
using Devex.Core.Tests.Fixtures;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Core.Tests.Storage;

[Trait("Tier", "integration")]
public sealed class ObjectStoreTests(Stores stores)
{
    [Fact]
    public async Task Writers_at_once_lose_no_change()
    {
        var store = await StoreAsync();
        var record = Record();
        Assert.True(await store.CreateAsync("r.json", record, CoreJson.Default.ReplRecord, CancellationToken.None));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.UpdateAsync(
            "r.json", CoreJson.Default.ReplRecord, old => old with { Revision = old.Revision + 1 }, CancellationToken.None)));
        Assert.Equal(8, (await store.ReadAsync("r.json", CoreJson.Default.ReplRecord, CancellationToken.None))!.Value.Revision);
    }

    [Fact]
    public async Task A_record_is_created_once_and_the_same_bytes_again_count_as_created()
    {
        var store = await StoreAsync();
        var record = Record();
        Assert.True(await store.CreateAsync("c.json", record, CoreJson.Default.ReplRecord, CancellationToken.None));
        Assert.True(await store.CreateAsync("c.json", record, CoreJson.Default.ReplRecord, CancellationToken.None));
        Assert.False(await store.CreateAsync("c.json", record with { Name = "other" }, CoreJson.Default.ReplRecord, CancellationToken.None));
    }

    [Fact]
    public async Task A_change_that_changes_nothing_writes_nothing_and_an_absent_record_is_null()
    {
        var store = await StoreAsync();
        await store.CreateAsync("n.json", Record(), CoreJson.Default.ReplRecord, CancellationToken.None);
        var before = (await store.ReadAsync("n.json", CoreJson.Default.ReplRecord, CancellationToken.None))!.ETag;
        await store.UpdateAsync("n.json", CoreJson.Default.ReplRecord, old => old, CancellationToken.None);
        Assert.Equal(before, (await store.ReadAsync("n.json", CoreJson.Default.ReplRecord, CancellationToken.None))!.ETag);
        Assert.Null(await store.UpdateAsync("absent.json", CoreJson.Default.ReplRecord, old => old, CancellationToken.None));
    }

    [Fact]
    public async Task Members_of_a_newer_version_survive_a_write_by_this_one()
    {
        var store = await StoreAsync();
        var json = """{"format":1,"revision":3,"id":"0123456789ab","owner":"local-ada","name":"a","template":"node","createdAt":"2026-01-01T00:00:00Z","desired":"running","secrets":{"X":"enc"}}""";
        await store.TryPutAsync("newer.json", System.Text.Encoding.UTF8.GetBytes(json), null, CancellationToken.None);
        await store.UpdateAsync("newer.json", CoreJson.Default.ReplRecord, old => old with { Name = "b" }, CancellationToken.None);
        var record = (await store.ReadAsync("newer.json", CoreJson.Default.ReplRecord, CancellationToken.None))!.Value;
        Assert.Equal(("b", DesiredState.Running), (record.Name, record.Desired));
        Assert.Equal("enc", record.Newer!["secrets"].GetProperty("X").GetString());
    }

    [Fact]
    public async Task Folders_are_listed_without_what_is_in_them()
    {
        var store = await StoreAsync();
        foreach (var key in new[] { "users/a/packs/1", "users/a/packs/2", "users/b/user.json", "users/c.json" })
            await store.TryPutAsync(key, [1], null, CancellationToken.None);
        Assert.Equal(["a", "b"], await store.FoldersAsync("users/", CancellationToken.None).ToListAsync());
    }

    private static ReplRecord Record() => new()
    {
        Id = ReplId.New(),
        Owner = UserId.Local("ada"),
        Name = "a",
        Template = "node",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private async Task<ObjectStore> StoreAsync()
    {
        await stores.StartAsync("devex");
        var bucket = await stores.S3.CreateBucketAsync();
        return new ObjectStore(stores.S3.CreateClient(), Options.Create(new S3Options { Bucket = bucket }));
    }
}
