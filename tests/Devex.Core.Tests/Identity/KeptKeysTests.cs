using System.Net;
using System.Xml.Linq;
using Devex.Core.Identity;
using Devex.Core.Storage;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Xunit;

namespace Devex.Core.Tests.Identity;

[Trait("Tier", "integration")]
public sealed class KeptKeysTests(Stores stores)
{
    [Theory]
    [InlineData(RedisKind.Redis)]
    [InlineData(RedisKind.Garnet)]
    public async Task Who_is_signed_in_stays_so_when_Redis_is_replaced_by_an_empty_one_and_then_Core_by_another(RedisKind kind)
    {
        await using var redis = await RedisServer.StartAsync(kind);
        var (settings, bucket) = (new Dictionary<string, string?> { ["ConnectionStrings:redis"] = redis.ConnectionString }, $"kept-keys-{kind}".ToLowerInvariant());
        string cookie;
        await using (var first = await CoreHost.StartAsync(stores, settings: settings, bucket: bucket))
        {
            using var ada = await Browser.SignedInAsync(first);
            cookie = ada.CookieHeader;
            // Over a restart Garnet keeps what it was told.
            if (kind == RedisKind.Garnet)
                await Stores.EmptyAsync(redis);
            await redis.RestartAsync(TestContext.Current.CancellationToken);
            await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
            await redis.Program.WaitForAsync(
                "the keys behind cookies", async _ => await connection.GetDatabase().ListLengthAsync(RedisKeys.DataProtection) > 0, cancellationToken: TestContext.Current.CancellationToken);
        }
        await using var second = await CoreHost.StartAsync(stores, settings: settings, bucket: bucket);
        await IsSignedInAsync(second, cookie);
    }

    [Fact]
    public async Task Who_is_signed_in_stays_so_when_Redis_is_emptied_without_a_word_and_then_Core_replaced_by_another()
    {
        var redis = await stores.StartAsync("flushed-keys");
        string cookie;
        await using (var first = await CoreHost.StartAsync(stores, bucket: "flushed-keys"))
        {
            using var ada = await Browser.SignedInAsync(first);
            cookie = ada.CookieHeader;
            await Stores.EmptyAsync(redis);
            // The first request that needs the index has it made anew.
            await ada.CreateAsync();
        }
        await using var second = await CoreHost.StartAsync(stores, bucket: "flushed-keys");
        await IsSignedInAsync(second, cookie);
    }

    [Fact]
    public async Task Several_Cores_that_put_keys_back_at_once_put_each_back_once()
    {
        var redis = await stores.StartAsync("several-keys");
        await using var reader = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var multiplexers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ConnectionMultiplexer.ConnectAsync(redis.ConnectionString)));
        var cores = multiplexers.Select(multiplexer => new KeptKeys(multiplexer, NullLogger<KeptKeys>.Instance)).ToList();
        string[] Stored() => [.. reader.GetDatabase().ListRange(RedisKeys.DataProtection).Select(value => value.ToString()).Order()];
        string[] Known(KeptKeys core) => [.. core.GetAllElements().Select(element => element.ToString(SaveOptions.DisableFormatting)).Order()];
        try
        {
            // What all know, and what one of them alone knows.
            cores[0].StoreElement(new XElement("key", new XAttribute("id", 0)), "");
            Assert.All(cores, core => Assert.Single(Known(core)));
            for (var i = 1; i < cores.Count; i++)
                cores[i].StoreElement(new XElement("key", new XAttribute("id", i)), "");
            string[] all = [.. Enumerable.Range(0, cores.Count).Select(i => $"<key id=\"{i}\" />")];
            Assert.Equal(all, Stored());
            for (var round = 0; round < 50; round++)
            {
                await Stores.EmptyAsync(redis);
                await Task.WhenAll(cores.Select(core => core.PutBackAsync()));
                Assert.Equal(all, Stored());
            }
            Assert.All(cores, core => Assert.Equal(all, Known(core)));
        }
        finally
        {
            foreach (var core in cores)
                core.Dispose();
            foreach (var multiplexer in multiplexers)
                await multiplexer.DisposeAsync();
        }
    }

    private static async Task IsSignedInAsync(CoreHost core, string cookie)
    {
        using var browser = new Browser(core);
        using var me = await browser.SendAsync(HttpMethod.Get, "/api/me", headers: new Dictionary<string, string?> { ["Cookie"] = cookie });
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }
}
