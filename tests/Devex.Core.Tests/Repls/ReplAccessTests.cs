using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Core.Access;
using Devex.Core.Repls;
using Devex.Core.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Repls;

[Trait("Tier", "integration")]
public sealed class ReplAccessTests(Stores stores)
{
    [Fact]
    public async Task The_repls_of_others_are_not_there_on_any_route()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "access");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var repl = await ada.CreateAsync();
        foreach (var line in RouteTable.All.Where(line => line.Least is not null))
        {
            foreach (var id in new[] { repl.Id, ReplId.New() })
            {
                var path = line.Pattern.Replace("{id}", id.ToString(), StringComparison.Ordinal).Replace("{port}", "3000", StringComparison.Ordinal)
                    .Replace("{userId}", "local-grace", StringComparison.Ordinal).Replace("{linkId}", "abc", StringComparison.Ordinal)
                    .Replace("{point}", "head", StringComparison.Ordinal) + "?path=workspace/a&text=a";
                using var answer = await grace.SendAsync(
                    new HttpMethod(line.Method), path, line.Method == "GET" ? null : JsonContent.Create(new { }));
                Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{line.Method} {path}: {answer.StatusCode}");
                Assert.Contains("repl.notFound", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }
        Assert.Empty(await grace.ListAsync());
        Assert.Equal(repl.Name, (await ada.GetAsync($"/api/repls/{repl.Id}")).Name);
    }

    [Fact]
    public async Task A_member_does_what_the_role_allows_and_is_told_where_it_ends()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "members");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        using var linus = await Browser.SignedInAsync(core, "linus");
        var repl = await ada.CreateAsync();
        await core.Services.GetRequiredService<ReplRecords>().UpdateAsync(
            UserId.Local("ada"), repl.Id,
            record => record with { Members = new Dictionary<string, Role> { ["local-grace"] = Role.Editor, ["local-linus"] = Role.Viewer } },
            CancellationToken.None);

        Assert.Equal(Role.Editor, Assert.Single(await grace.ListAsync()).Role);
        Assert.Equal(Role.Viewer, (await linus.GetAsync($"/api/repls/{repl.Id}")).Role);
        await ExpectAsync(linus, HttpMethod.Post, $"/api/repls/{repl.Id}/start", HttpStatusCode.Forbidden);
        await ExpectAsync(grace, HttpMethod.Post, $"/api/repls/{repl.Id}/start", HttpStatusCode.Accepted);
        await ExpectAsync(linus, HttpMethod.Post, $"/api/repls/{repl.Id}/tickets", HttpStatusCode.OK);
        await ExpectAsync(grace, HttpMethod.Delete, $"/api/repls/{repl.Id}", HttpStatusCode.Forbidden);
        await ExpectAsync(grace, HttpMethod.Post, $"/api/repls/{repl.Id}/fork", HttpStatusCode.Forbidden);
    }

    private static async Task ExpectAsync(Browser browser, HttpMethod method, string path, HttpStatusCode expected)
    {
        using var answer = await browser.SendAsync(method, path);
        Assert.Equal(expected, answer.StatusCode);
    }
}
