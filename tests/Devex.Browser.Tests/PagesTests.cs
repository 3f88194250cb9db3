using System.Net;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Every page of Web in both themes, on a desk and on a phone: axe finds nothing serious, nothing is wider than the screen.</summary>
public sealed class PagesTests(Product product, Chromium chromium)
{
    public static readonly TheoryData<int, int, bool, string> Screens = new()
    {
        { 1440, 900, false, "desktop-dark" },
        { 1440, 900, true, "desktop-light" },
        { 390, 844, false, "phone-dark" },
        { 390, 844, true, "phone-light" },
    };

    [Theory, MemberData(nameof(Screens))]
    public async Task Every_page_is_accessible_and_fits(int width, int height, bool light, string name)
    {
        await using var visitor = await chromium.VisitAsync(product, width, height, light);
        var page = visitor.Page;
        await page.GotoAsync("/signin");
        await LookAsync("sign-in");
        await page.GotoAsync("/nothing-here");
        await LookAsync("not-found");

        // Nobody else is grace, so that she has no REPL.
        await visitor.SignInAsync("grace");
        await Expect(page.GetByTestId("empty")).ToBeVisibleAsync();
        await LookAsync("dashboard-empty");
        await page.GotoAsync("/shared");
        await Expect(page.GetByTestId("nothing-shared")).ToBeVisibleAsync();
        await LookAsync("shared-empty");
        await page.GotoAsync("/preview/abcdefghjkmn/3000");
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("not shared", new() { Timeout = 60_000 });
        await LookAsync("preview-entrance");

        await page.Context.ClearCookiesAsync(new() { Name = "__Host-devex" });
        await visitor.SignInAsync("ada");
        var tag = Guid.NewGuid().ToString("N")[..4];
        var made = new List<string>();
        foreach (var (template, repl) in ((string, string)[])
            [("python", "Scraper"), ("node", "A name that is as long as names may be and then some more"), ("bash", "Tools"), ("go", "Service")])
        {
            made.Add(await visitor.MakeReplAsync(template, $"{repl} {tag}"));
        }
        await page.GotoAsync("/");
        await Expect(page.Locator($"[data-testid=repl][data-name='Scraper {tag}']")).ToBeVisibleAsync();
        await LookAsync("dashboard-full");
        await MenuAsync($"Scraper {tag}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show as a list" }).ClickAsync();
        await Expect(page.Locator(".dx-cards-list")).ToBeVisibleAsync();
        await LookAsync("dashboard-list");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show as a list" }).ClickAsync();
        await page.GetByTestId("new-repl").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await LookAsync("new-repl");
        await page.GotoAsync("/templates");
        await Expect(page.GetByTestId("template-node")).ToBeVisibleAsync();
        await LookAsync("templates");
        foreach (var id in made)
            await visitor.DeleteReplAsync(id);
        await page.GotoAsync("/trash");
        await Expect(page.Locator($"[data-testid=trashed][data-name='Scraper {tag}']")).ToBeVisibleAsync();
        await LookAsync("trash");

        Task LookAsync(string what) => visitor.LookAsync($"page-{what}-{name}");

        // By mouse and by keys.
        async Task MenuAsync(string repl)
        {
            await Expect(page.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
            var more = page.GetByRole(AriaRole.Button, new() { Name = $"More for {repl}", Exact = true });
            var rename = page.GetByRole(AriaRole.Menuitem, new() { Name = "Rename" });
            await more.ClickAsync();
            await Expect(rename).ToBeVisibleAsync();
            await visitor.PictureAsync($"page-dashboard-menu-{name}");
            await page.Mouse.ClickAsync(2, 2);
            await Expect(rename).ToBeHiddenAsync();
            await more.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await rename.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Rename");
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        }
    }

    [Fact]
    public async Task The_workbench_is_accessible_and_fits()
    {
        await using var maker = await chromium.VisitAsync(product);
        await maker.SignInAsync("barbara");
        await maker.CreateReplAsync("node", "Fits");
        await new WorkbenchPage(maker.Page).ReadyAsync();
        foreach (var (width, height, light, name) in Screens.Select(row => row.Data))
        {
            await using var visitor = await VisitAsync(width, height, light);
            await visitor.Page.GotoAsync(maker.Page.Url);
            var workbench = new WorkbenchPage(visitor.Page);
            await workbench.ReadyAsync();
            await visitor.LookAsync($"workbench-{name}");
        }
        await maker.StopReplAsync("Fits");

        async Task<Visitor> VisitAsync(int width, int height, bool light)
        {
            var visitor = await chromium.VisitAsync(product, width, height, light);
            await visitor.SignInAsync("barbara");
            return visitor;
        }
    }

    [Fact]
    public async Task The_files_and_the_history_of_a_stopped_repl_are_accessible_and_fit()
    {
        await using var maker = await chromium.VisitAsync(product);
        await maker.SignInAsync("barbara");
        var id = await HistoryPage.MakeAsync(maker, "Kept");
        await maker.StopReplAsync("Kept");
        foreach (var (width, height, light, name) in Screens.Select(row => row.Data))
        {
            await using var visitor = await chromium.VisitAsync(product, width, height, light);
            await visitor.SignInAsync("barbara");
            await visitor.Page.GotoAsync($"/r/{id}/files");
            await visitor.Page.GetByTestId("entry:index.js").ClickAsync();
            await Expect(visitor.Page.GetByTestId("viewed-text")).ToBeVisibleAsync();
            await visitor.LookAsync($"files-{name}");
            await visitor.Page.GotoAsync($"/r/{id}/history");
            await HistoryPage.SelectChangeAsync(visitor.Page, "workspace/index.js");
            await Expect(visitor.Page.GetByTestId("diff")).ToBeVisibleAsync();
            await visitor.LookAsync($"history-{name}");
            await visitor.Page.GotoAsync("/account");
            await Expect(visitor.Page.GetByTestId("export")).ToBeVisibleAsync();
            await TokenAsync(visitor, name);
            await visitor.LookAsync($"account-{name}");
        }
    }

    /// <summary>A token is shown once, opens the API for what it may, and nothing any more when it is revoked.</summary>
    private async Task TokenAsync(Visitor visitor, string name)
    {
        var page = visitor.Page;
        await Expect(page.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        await page.GetByTestId("token-name").FillAsync(name);
        await page.GetByTestId("make-token").ClickAsync();
        var secret = await page.GetByTestId("token-secret").InputValueAsync();
        Assert.StartsWith("dvx_", secret, StringComparison.Ordinal);
        using var client = new HttpClient { BaseAddress = product.Web };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
        await visitor.LookAsync($"account-token-{name}");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Revoke {name}", Exact = true }).ClickAsync();
        await Expect(page.Locator($"[data-testid=token][data-name='{name}']")).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync());
        await page.ReloadAsync();
        await Expect(page.GetByTestId("export")).ToBeVisibleAsync();
        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);

        async Task<HttpStatusCode> StatusAsync()
        {
            using var answer = await client.GetAsync(new Uri("/api/repls", UriKind.Relative));
            return answer.StatusCode;
        }
    }
}
