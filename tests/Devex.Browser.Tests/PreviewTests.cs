using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>A program's page through the gateway: private, on a host of its own, without a cookie of ours.</summary>
public sealed class PreviewTests(Product product, Chromium chromium)
{
    private const string Server =
        """
        import { createServer } from "node:http";
        createServer((request, response) => {
        response.setHeader("Set-Cookie", ["own=1; Path=/", "wide=1; Domain=localhost"]);
        response.end(`<h1>Seen by ${request.headers.host}</h1><p id="cookies">[${request.headers.cookie ?? ""}]</p>`);
        }).listen(3000, () => console.log("listening"));
        """;

    [Fact]
    public async Task A_running_program_is_previewed_privately_and_never_sees_our_cookies()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("alan");
        await visitor.CreateReplAsync("node", "Previewed");
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("index.js");
        await workbench.RewriteAsync(Server + "\n");
        await workbench.SavedAsync();
        await visitor.Page.GetByTestId("run").ClickAsync();
        await workbench.WaitForTerminalAsync("^listening");

        // From the workbench, by the chip of the port.
        var preview = await visitor.Context.RunAndWaitForPageAsync(
            () => visitor.Page.GetByTestId("port:3000").ClickAsync(), new() { Timeout = 60_000 });
        await Expect(preview.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Seen by localhost:3000", new() { Timeout = 60_000 });
        await visitor.PictureAsync("workbench-port");
        var origin = new Uri(preview.Url);
        Assert.Matches("^3000-[0-9a-z]{12}\\.preview\\.localhost$", origin.Host);

        // The program gets its own cookie back, and nothing of ours; a cookie for a parent domain never arrived.
        await preview.ReloadAsync();
        await Expect(preview.Locator("#cookies")).ToHaveTextAsync("[own=1]");
        var cookies = await visitor.Context.CookiesAsync();
        Assert.DoesNotContain(cookies, cookie => cookie.Name == "wide");
        var entrance = Assert.Single(cookies, cookie => cookie.Name == "__Host-devex-preview");
        Assert.True(entrance is { HttpOnly: true, Secure: true });

        // A cold visit goes through the IDE for a way in.
        await visitor.Context.ClearCookiesAsync(new() { Name = "__Host-devex-preview" });
        await preview.GotoAsync(origin.ToString());
        await Expect(preview.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Seen by localhost:3000", new() { Timeout = 60_000 });

        // Somebody else gets nowhere.
        await using var other = await chromium.VisitAsync(product);
        await other.SignInAsync("linus");
        await other.Page.GotoAsync(origin.ToString());
        await Expect(other.Page.GetByRole(AriaRole.Status).First).ToContainTextAsync(new Regex("does not exist|not shared"), new() { Timeout = 60_000 });

        // Beside the editor: that its program has ended is said, and it comes anew with the program.
        var page = visitor.Page;
        await page.BringToFrontAsync();
        await page.GetByTestId("preview:3000").ClickAsync();
        var seen = page.FrameLocator("[data-testid=preview-frame]").GetByRole(AriaRole.Heading);
        await Expect(seen).ToHaveTextAsync("Seen by localhost:3000", new() { Timeout = 60_000 });
        var closed = page.GetByTestId("preview-closed");
        await Expect(closed).ToBeHiddenAsync();
        await page.GetByTestId("run").ClickAsync();
        await Expect(closed).ToHaveTextAsync(new Regex("^Nothing listens on port 3000\\."), new() { Timeout = 60_000 });
        await Expect(closed).ToBeVisibleAsync();
        await visitor.LookAsync("workbench-preview-closed");
        await workbench.RewriteAsync(Server.Replace("Seen by", "Seen again by", StringComparison.Ordinal) + "\n");
        await page.GetByTestId("run").ClickAsync();
        await Expect(seen).ToHaveTextAsync("Seen again by localhost:3000", new() { Timeout = 60_000 });
        await Expect(closed).ToBeHiddenAsync();
    }
}
