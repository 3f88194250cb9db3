using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>The history of a REPL as a person uses it.</summary>
internal static class HistoryPage
{
    private const float Patience = 90_000;

    /// <summary>A running REPL that was edited in the editor and in the terminal; answers its id.</summary>
    public static async Task<string> MakeAsync(Visitor visitor, string name)
    {
        await visitor.CreateReplAsync("node", name);
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        await workbench.TypeAsync("mkdir docs && echo 'a deep secret' > docs/notes.txt && echo made");
        await workbench.WaitForTerminalAsync("^made");
        await workbench.OpenAsync("index.js");
        await workbench.RewriteAsync("console.log(\"later\");\n");
        await workbench.SavedToS3Async();
        return visitor.Page.Url[^12..];
    }

    /// <summary>Chooses a changed path, at the newest point that has it.</summary>
    public static async Task SelectChangeAsync(IPage page, string path)
    {
        var change = page.GetByTestId($"change:{path}");
        var points = page.Locator("[data-testid^=point-]");
        await Expect(points.First).ToBeVisibleAsync(new() { Timeout = Patience });
        var count = await points.CountAsync();
        for (var i = 0; i < count; i++)
        {
            await SelectAsync(page, points.Nth(i));
            if (await change.CountAsync() == 0)
                continue;
            await change.ClickAsync();
            return;
        }
        Assert.Fail($"No restore point says that {path} changed.");
    }

    /// <summary>Chooses a restore point and waits for what changed in it.</summary>
    public static async Task SelectAsync(IPage page, ILocator point)
    {
        await point.ClickAsync();
        await Expect(point).ToHaveAttributeAsync("aria-current", "true", new() { Timeout = Patience });
        await Expect(page.Locator("#panel-changes [aria-busy]")).ToHaveCountAsync(0, new() { Timeout = Patience });
    }
}
