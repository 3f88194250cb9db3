using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Going back in time, and reading what does not run.</summary>
public sealed class HistoryTests(Product product, Chromium chromium)
{
    private const float Patience = 90_000;

    [Fact]
    public async Task A_stopped_repl_is_read_searched_compared_restored_undone_and_forked()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("ada");
        var id = await HistoryPage.MakeAsync(visitor, "History of mine");
        await visitor.StopReplAsync("History of mine");

        // Reading, with nothing started.
        await page.GotoAsync($"/r/{id}/files");
        await Expect(page.GetByText("Stopped. These are its files in S3")).ToBeVisibleAsync();
        await page.GetByTestId("entry:index.js").ClickAsync();
        await Expect(page.GetByTestId("viewed-text")).ToContainTextAsync("later", new() { Timeout = Patience });
        await visitor.LookAsync("files-stopped-dark");
        await page.GetByTestId("search-files").FillAsync("deep secret");
        await page.Keyboard.PressAsync("Enter");
        // What was typed to make it is found in the shell's history, too.
        await page.GetByTestId("found").Filter(new() { HasText = "workspace/docs/notes.txt:1" }).ClickAsync();
        await Expect(page.GetByTestId("viewed-text")).ToContainTextAsync("a deep secret", new() { Timeout = Patience });
        await visitor.PictureAsync("files-search-dark");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("download").ClickAsync());
        Assert.Equal("notes.txt", download.SuggestedFilename);
        Assert.Contains("a deep secret", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
        var zipped = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("download-all").ClickAsync());
        using (var zip = ZipFile.OpenRead(await zipped.PathAsync()))
            Assert.Contains(zip.Entries, entry => entry.FullName == "docs/notes.txt");

        // What changed, and when.
        await page.GetByRole(AriaRole.Link, new() { Name = "History", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("point")).ToBeVisibleAsync(new() { Timeout = Patience });
        var points = page.Locator("[data-testid^=point-]");
        await Expect(points.Last).ToContainTextAsync("Created");
        await HistoryPage.SelectChangeAsync(page, "workspace/index.js");
        await Expect(page.GetByTestId("diff")).ToContainTextAsync("later", new() { Timeout = Patience });
        await visitor.LookAsync("history-diff-dark");

        // By keyboard to the oldest, and everything back from it.
        await page.GetByTestId("scrub").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(points.Last).ToHaveAttributeAsync("aria-current", "true", new() { Timeout = Patience });
        await page.GetByTestId("tab-files").ClickAsync();
        await page.GetByTestId("entry:index.js").ClickAsync();
        await Expect(page.GetByTestId("viewed-text")).ToBeVisibleAsync(new() { Timeout = Patience });
        await visitor.PictureAsync("history-files-dark");
        var before = await points.CountAsync();
        await page.GetByTestId("restore-all").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        await Expect(points).ToHaveCountAsync(before + 1, new() { Timeout = Patience });
        await Expect(page.GetByText(new Regex("^Everything is as it was"))).ToBeVisibleAsync();
        await visitor.PictureAsync("history-restored-dark");
        Assert.DoesNotContain("later", await ReadAsync(page, id, "workspace/index.js"), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(points).ToHaveCountAsync(before + 2, new() { Timeout = Patience });
        Assert.Contains("later", await ReadAsync(page, id, "workspace/index.js"), StringComparison.Ordinal);

        await points.Last.ClickAsync();
        await Expect(points.Last).ToHaveAttributeAsync("aria-current", "true");
        await page.GetByTestId("fork-point").ClickAsync();
        await Expect(page.Locator("[data-testid=repl][data-name='History of mine-2']")).ToBeVisibleAsync(new() { Timeout = Patience });
        Assert.True(visitor.Errors.Count == 0, string.Join('\n', visitor.Errors));
    }

    [Fact]
    public async Task A_file_restored_while_the_repl_runs_comes_to_open_editors_as_an_edit()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("linus");
        await visitor.CreateReplAsync("node", "Restored live");
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("index.js");
        await workbench.RewriteAsync("// replaced\n");
        await workbench.SavedToS3Async();
        var id = page.Url[^12..];

        await using var second = new Visitor(visitor.Context, await visitor.Context.NewPageAsync(), product.SaidOf);
        await second.Page.GotoAsync($"/r/{id}/history");
        await Expect(second.Page.GetByTestId("point")).ToBeVisibleAsync(new() { Timeout = Patience });
        await HistoryPage.SelectAsync(second.Page, second.Page.Locator("[data-testid^=point-]").Last);
        await second.Page.GetByTestId("change:workspace/index.js").ClickAsync();
        await second.Page.GetByTestId("restore-file").ClickAsync();
        await second.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        await Expect(second.Page.GetByText(new Regex("restored in the running session"))).ToBeVisibleAsync(new() { Timeout = Patience });

        await Expect(workbench.Editor).Not.ToContainTextAsync("// replaced", new() { Timeout = Patience });
        await Expect(workbench.Editor).ToContainTextAsync("import", new() { Timeout = Patience });
        await visitor.StopReplAsync("Restored live");
    }

    [Fact]
    public async Task An_account_is_exported_and_deleted_by_typing_its_login()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("margaret");
        await page.GotoAsync("/account");
        var export = await page.RunAndWaitForDownloadAsync(() => page.GetByTestId("export").ClickAsync());
        Assert.Equal("devex-margaret.zip", export.SuggestedFilename);
        await visitor.LookAsync("account-dark");
        await Expect(page.GetByTestId("delete-account")).ToBeDisabledAsync();
        await page.GetByTestId("delete-login").FillAsync("margaret");
        await page.GetByTestId("delete-account").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/signin"), new() { Timeout = Patience });

        await visitor.SignInAsync("margaret");
    }

    private static Task<string> ReadAsync(IPage page, string id, string path) => page.EvaluateAsync<string>(
        "async url => (await fetch(url)).text()", $"/api/repls/{id}/history/head/file?path={Uri.EscapeDataString(path)}");
}
