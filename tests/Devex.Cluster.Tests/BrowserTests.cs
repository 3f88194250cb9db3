using System.Security.Cryptography;
using Devex.Contracts;
using Devex.Testing;
using Devex.Testing.Browser;
using Devex.Testing.GitHub;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Cluster.Tests;

/// <summary>The product deployed as people deploy it, as people meet it: in a browser, over HTTPS and HTTP/2, through Ingresses.</summary>
public sealed class BrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const float Soon = 60_000;

    [Fact]
    public async Task Who_comes_from_GitHub_edits_runs_previews_and_shares_a_REPL_and_finds_it_as_it_was_after_a_stop()
    {
        var sessions = Product.Namespace + "-sessions";
        await using var gitHub = new GitHubOAuth("Iv1.0123456789abcdef", "test-client-secret", Product.WebOrigin + "/auth/github/callback") { Avatar = $"https://{FrontDoor.GitHubHost}/avatars/1" };
        gitHub.Organizations.Add("example");
        await gitHub.StartAsync();
        await using var front = await FrontDoor.StartAsync(gitHub.Url);
        await using var browser = await chromium.LaunchAsync(front.BrowserArguments);

        var name = "In a pod " + Guid.NewGuid().ToString("N")[..6];

        // A stranger, sent to GitHub and back.
        await using var visitor = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin));
        gitHub.User = (2001, "hedy");
        await visitor.SignInWithGitHubAsync();
        var cookie = Assert.Single(await visitor.Context.CookiesAsync(), cookie => cookie.Name == "__Host-devex");
        Assert.True(cookie is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.Lax });
        Assert.Equal(24, await visitor.Page.Locator(".dx-rail-avatar img").EvaluateAsync<int>("picture => picture.naturalWidth"));
        await visitor.LookAsync("cluster-dashboard");

        await visitor.CreateReplAsync("node", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        var id = ReplId.Parse(page.Url[^12..]);
        await workbench.OpenAsync("index.js");
        await workbench.RewriteAsync(await File.ReadAllTextAsync(Path.Combine(BuiltProgram.RepositoryRoot, "templates", "node", "workspace", "index.js")) + "// kept\n");
        await workbench.SavedAsync();

        // A file of a size at which controllers begin to refuse, and back.
        using var folder = new TempFolder();
        var bytes = RandomNumberGenerator.GetBytes(3 << 20);
        await File.WriteAllBytesAsync(folder["photo.bin"], bytes, TestContext.Current.CancellationToken);
        await page.GetByTestId("upload-input").SetInputFilesAsync(folder["photo.bin"]);
        await Expect(workbench.File("photo.bin")).ToBeVisibleAsync(new() { Timeout = Soon });
        await workbench.TypeAsync("sha256sum photo.bin");
        await workbench.WaitForTerminalAsync("^" + Convert.ToHexStringLower(SHA256.HashData(bytes)));

        // Its own program, beside the editor, on a host of its own.
        await page.GetByTestId("run").ClickAsync();
        await page.GetByTestId("preview:3000").ClickAsync(new() { Timeout = Soon });
        await Expect(page.FrameLocator("[data-testid=preview-frame]").GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello, world!", new() { Timeout = Soon });
        await visitor.PictureAsync("cluster-workbench");

        // Somebody else of the organisation, with the link.
        await page.GetByTestId("share").ClickAsync();
        await page.GetByTestId("make-link").ClickAsync();
        var link = await page.GetByTestId("share-url").InputValueAsync(new() { Timeout = Soon });
        await page.GetByTestId("share-dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        gitHub.User = (2002, "joan");
        await using (var guest = await Chromium.VisitAsync(browser, new Uri(Product.WebOrigin), light: true))
        {
            await guest.Page.GotoAsync(link);
            await guest.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with GitHub" }).ClickAsync();
            await guest.Page.GetByTestId("join").ClickAsync(new() { Timeout = Soon });
            var theirs = new WorkbenchPage(guest.Page);
            await theirs.ConnectedAsync();
            await Expect(theirs.Editor).ToContainTextAsync("// kept", new() { Timeout = Soon });
            await workbench.Editor.ClickAsync();
            await page.Keyboard.PressAsync("Control+End");
            await page.Keyboard.TypeAsync("// and seen");
            await Expect(theirs.Editor).ToContainTextAsync("// and seen", new() { Timeout = Soon });
            await guest.PictureAsync("cluster-guest-light");
            Assert.Empty(guest.Exceptions);
        }

        // A page that is loaded again goes straight to the session, by the session's own Ingress.
        var service = await Kubectl.RunAsync("-n", sessions, "get", "service", "-l", $"devex.dev/repl={id}", "-o", "jsonpath={.items[0].spec.clusterIP}");
        await page.ReloadAsync();
        await workbench.ConnectedAsync();
        await workbench.SavedAsync();
        Assert.Empty(visitor.Exceptions);

        await visitor.StopReplAsync(name);
        await ClusterRepl.NothingIsLeftAsync(id, sessions);
        var requests = front.Requests.ToList();
        Assert.All(requests.Where(request => request.Host == Product.WebHost && request.Path.StartsWith("/workbench/", StringComparison.Ordinal)), request => Assert.Equal("HTTP/2.0", request.Protocol));
        Assert.Contains(requests, request => request.Host == $"{id}.{Product.ReplDomain}" && request is { Path: "/session", Status: "101" } && request.Behind.StartsWith(service + ":", StringComparison.Ordinal));
        Assert.Contains(requests, request => request.Host == $"3000-{id}.{Product.PreviewDomain}" && request.Behind.StartsWith(Product.Gateway.Host + ":", StringComparison.Ordinal));

        await page.GotoAsync($"/r/{id}");
        await workbench.Overlay.GetByTestId("start").ClickAsync();
        await workbench.ReadyAsync();
        await workbench.TypeAsync("tail -n 2 index.js; sha256sum photo.bin");
        await workbench.WaitForTerminalAsync("^// kept\\s+// and seen" + Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Empty(visitor.Exceptions);
    }
}
