using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using Devex.Contracts.Api;
using Devex.Core.Accounts;
using Devex.Core.Identity;
using Devex.Core.Repls;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.History;
using Devex.Core.Trash;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Xunit;

namespace Devex.Core.Tests.Accounts;

[Trait("Tier", "integration")]
public sealed class AccountTests(Stores stores)
{
    private static readonly Dictionary<string, string> Files = new() { ["workspace/a.txt"] = "a", ["home/.profile"] = "p", ["documents/x"] = "internal" };

    [Fact]
    public async Task An_export_holds_every_repl_and_no_secret_of_the_machinery()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "account-export");
        var kept = await world.CreateAsync(Files);
        var trashed = await world.CreateAsync(Files);
        using var deleted = await world.Ada.SendAsync(HttpMethod.Delete, $"/api/repls/{trashed}");
        using var token = await world.Ada.PostAsync("/api/tokens", new CreateApiToken("mine", TokenScope.Read, null));

        using var answer = await world.Ada.SendAsync(HttpMethod.Get, "/api/me/export");
        using var zip = new ZipArchive(new MemoryStream(await answer.Content.ReadAsByteArrayAsync()));

        var names = zip.Entries.Select(entry => entry.FullName).ToList();
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains($"repls/node ({kept})/workspace/a.txt", names);
        Assert.Contains($"repls/node ({kept})/home/.profile", names);
        Assert.Contains($"trash/node-2 ({trashed})/workspace/a.txt", names);
        Assert.DoesNotContain(names, name => name.Contains("documents", StringComparison.Ordinal));
        using var account = new StreamReader(zip.GetEntry("account.json")!.Open());
        var text = await account.ReadToEndAsync();
        Assert.Contains("local-ada", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_deleted_account_lets_nobody_in_and_comes_back_by_signing_in()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "account-back");
        var id = await world.CreateAsync(Files);
        using var made = await world.Ada.PostAsync("/api/tokens", new CreateApiToken("mine", TokenScope.Write, null));
        var secret = (await made.Content.ReadFromJsonAsync(ApiJson.Default.NewApiToken))!.Secret;
        var bearer = new Dictionary<string, string?> { ["Authorization"] = "Bearer " + secret, ["Cookie"] = null };
        using var wrong = await DeleteAsync(world.Ada, "somebody");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var byToken = await world.Ada.SendAsync(HttpMethod.Delete, "/api/me", JsonContent.Create(new DeleteAccount("ada")), bearer);
        Assert.Equal(HttpStatusCode.Forbidden, byToken.StatusCode);

        using var deleted = await DeleteAsync(world.Ada, "ada");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var byOldToken = await world.Ada.SendAsync(HttpMethod.Get, "/api/me", headers: bearer);
        using var byWeb = await world.Ada.SendAsync(HttpMethod.Get, "/api/me", headers: new Dictionary<string, string?> { ["Authorization"] = "Bearer " + Assertions.User("local-ada") });
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (byOldToken.StatusCode, byWeb.StatusCode));
        Assert.NotNull(world.Core.Engine.Woken[id].DeletedAt);

        using var again = await Browser.SignedInAsync(world.Core);
        Assert.Empty(await again.ListAsync());
        Assert.Equal(id, Assert.Single(await again.ListAsync("/api/trash")).Id);
    }

    [Fact]
    public async Task After_seven_days_nothing_is_left_and_others_keep_theirs()
    {
        await using var world = await HistoryWorld.StartAsync(stores, "account-gone");
        await world.CreateAsync(Files);
        using var grace = await Browser.SignedInAsync(world.Core, "grace");
        await grace.CreateAsync();
        using var deleted = await DeleteAsync(world.Ada, "ada");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var deletion = new AccountDeletion(
            world.Get<UserDirectory>(), world.Get<ReplStore>(), world.Get<ReplLife>(), world.Get<ReplRemoval>(), world.Get<ObjectStore>(), world.Get<SnapshotObjects>(),
            world.Get<IConnectionMultiplexer>(), time, NullLogger<AccountDeletion>.Instance);
        var objects = world.Get<SnapshotObjects>();

        time.Advance(AccountDeletion.Reprieve - TimeSpan.FromHours(1));
        await deletion.SweepAsync(CancellationToken.None);
        Assert.NotEmpty(await objects.ListAllAsync("users/local-ada/", CancellationToken.None));
        time.Advance(TimeSpan.FromHours(2));
        await deletion.SweepAsync(CancellationToken.None);

        Assert.Empty(await objects.ListAllAsync("users/local-ada/", CancellationToken.None));
        Assert.NotEmpty(await objects.ListAllAsync("users/local-grace/", CancellationToken.None));
        using var again = await Browser.SignedInAsync(world.Core);
        Assert.Empty(await again.ListAsync());
        Assert.Empty(await again.ListAsync("/api/trash"));
    }

    private static Task<HttpResponseMessage> DeleteAsync(Browser browser, string login) =>
        browser.SendAsync(HttpMethod.Delete, "/api/me", JsonContent.Create(new DeleteAccount(login)));
}
