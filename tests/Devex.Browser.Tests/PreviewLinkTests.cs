using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>A port is opened by link to people without an account, its requests are watched, and it is made private again.</summary>
public sealed class PreviewLinkTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    private const string Server =
        """
        import { createServer } from "node:http";
        const page = `<!doctype html><html lang="en"><title>Shown</title><h1>A page to show</h1><p id="line">waiting</p><script>
        const line = document.getElementById("line");
        const socket = new WebSocket("/live");
        socket.onopen = () => { line.textContent = "connected"; };
        socket.onclose = () => { line.textContent = "cut off"; };
        </script></html>`;
        const server = createServer((request, response) => {
        if (request.url.startsWith("/missing")) response.statusCode = 404;
        response.setHeader("Content-Type", "text/html");
        response.end(page);
        });
        server.on("upgrade", async (request, socket) => {
        const { createHash } = await import("node:crypto");
        const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
        socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n");
        socket.resume();
        });
        server.listen(3000, () => console.log("listening"));
        """;

    [Fact]
    public async Task A_visitor_without_an_account_sees_a_port_by_its_link_until_it_is_private_and_the_log_shows_their_requests()
    {
        await using var owner = await chromium.VisitAsync(product);
        await owner.SignInAsync("alan");
        await owner.CreateReplAsync("node", "Open " + Guid.NewGuid().ToString("N")[..6]);
        var (page, workbench) = (owner.Page, new WorkbenchPage(owner.Page));
        await workbench.ReadyAsync();
        await workbench.OpenAsync("index.js");
        await workbench.RewriteAsync(Server + "\n");
        await workbench.SavedAsync();
        await page.GetByTestId("run").ClickAsync();
        await workbench.WaitForTerminalAsync("^listening");
        await page.GetByTestId("preview:3000").ClickAsync(new() { Timeout = Soon });
        await Expect(page.FrameLocator("[data-testid=preview-frame]").Locator("#line")).ToHaveTextAsync("connected", new() { Timeout = Soon });

        // The log, from before it was opened on.
        await page.GetByTestId("preview-requests").ClickAsync();
        var rows = page.GetByTestId("requests").GetByRole(AriaRole.Row);
        await Expect(rows.Filter(new() { HasTextRegex = new Regex("WS.*/live.*open") })).ToHaveCountAsync(1, new() { Timeout = Soon });
        await Expect(rows.Filter(new() { HasTextRegex = new Regex("GET/200") })).ToHaveCountAsync(1, new() { Timeout = Soon });

        // A link, and the strip that says so from then on.
        await page.GetByTestId("preview-share").ClickAsync();
        await Expect(page.GetByTestId("preview-dialog")).ToBeVisibleAsync(new() { Timeout = Soon });
        await owner.LookAsync("preview-private");
        await page.GetByTestId("preview-open-port").ClickAsync();
        var link = await page.GetByTestId("preview-url").InputValueAsync(new() { Timeout = Soon });
        Assert.Matches("^http://3000-[0-9a-z]{12}\\.preview\\.localhost:\\d+/\\.devex/link#[\\w-]{43}$", link);
        await owner.LookAsync("preview-link");
        await page.GetByTestId("preview-dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.GetByTestId("preview-open")).ToContainTextAsync("Whoever has the link sees port 3000 until", new() { Timeout = Soon });
        await page.GetByTestId("preview-copy").ClickAsync();
        await Expect(page.GetByTestId("toasts")).ToContainTextAsync("The link is copied.", new() { Timeout = Soon });
        Assert.Equal(link, await page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));

        // Who has it needs no account, and gets one cookie for this one host.
        await using var visitor = await chromium.VisitAsync(product, 390, 844);
        await visitor.Page.GotoAsync(link);
        await Expect(visitor.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("A page to show", new() { Timeout = Soon });
        await Expect(visitor.Page.Locator("#line")).ToHaveTextAsync("connected", new() { Timeout = Soon });
        Assert.Equal("/", new Uri(visitor.Page.Url).PathAndQuery + new Uri(visitor.Page.Url).Fragment);
        Assert.Equal("__Host-devex-preview", Assert.Single(await visitor.Context.CookiesAsync()).Name);
        await visitor.Page.GotoAsync(new Uri(new Uri(link), "/missing?token=hush-5150").ToString());
        await Expect(visitor.Page.Locator("#line")).ToHaveTextAsync("connected", new() { Timeout = Soon });

        // Their requests are in the log, a mistake is marked, and what was in the query is not there.
        var missing = rows.Filter(new() { HasText = "/missing" });
        await Expect(missing).ToContainTextAsync("404", new() { Timeout = Soon });
        await Expect(missing).ToContainTextAsync("by link");
        await Expect(missing).ToHaveClassAsync(new Regex("dx-request-failed"));
        Assert.DoesNotContain("hush-5150", await page.ContentAsync(), StringComparison.Ordinal);
        await owner.LookAsync("preview-requests");
        await page.GetByTestId("theme").ClickAsync();
        await owner.LookAsync("preview-requests-light");
        await page.SetViewportSizeAsync(390, 844);
        await page.GetByTestId("switch-preview").ClickAsync();
        await owner.LookAsync("preview-requests-phone");
        await page.GetByTestId("preview-share").ClickAsync();
        await Expect(page.GetByTestId("preview-url")).ToHaveValueAsync(link, new() { Timeout = Soon });
        await owner.LookAsync("preview-link-phone");
        await page.Keyboard.PressAsync("Escape");
        await page.SetViewportSizeAsync(1440, 900);
        await page.GetByTestId("requests-filter").FillAsync("error");
        await Expect(rows).ToHaveCountAsync(1);
        await page.GetByTestId("requests-filter").FillAsync("");
        await page.GetByTestId("requests-clear").ClickAsync();
        await Expect(rows).ToHaveCountAsync(0);

        // Somebody with an account comes in by the link as anybody does; the REPL is not theirs by that.
        await using var linus = await chromium.VisitAsync(product, light: true);
        await linus.SignInAsync("linus");
        await linus.Page.GotoAsync(link);
        await Expect(linus.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("A page to show", new() { Timeout = Soon });
        await Expect(rows.Filter(new() { HasText = "by link" }).First).ToBeVisibleAsync(new() { Timeout = Soon });
        var id = new Uri(page.Url).Segments[^1];
        await linus.Page.GotoAsync("/");
        Assert.Equal(404, await linus.Page.EvaluateAsync<int>("async (id) => (await fetch(`/api/repls/${id}`)).status", id));

        // Private: what is open ends, and the link with it.
        await page.GetByTestId("preview-private").ClickAsync();
        await Expect(page.GetByTestId("preview-open")).ToBeHiddenAsync(new() { Timeout = Soon });
        await Expect(visitor.Page.Locator("#line")).ToHaveTextAsync("cut off", new() { Timeout = Soon });
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("This link does not open anything", new() { Timeout = Soon });
        await visitor.PictureAsync("preview-link-over");
        await visitor.Page.GotoAsync("about:blank");
        await visitor.Page.GotoAsync(link);
        await Expect(visitor.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("This link does not open anything", new() { Timeout = Soon });
        await Expect(page.FrameLocator("[data-testid=preview-frame]").Locator("#line")).ToHaveTextAsync("connected");
        Assert.Empty(owner.Exceptions);
        Assert.Empty(visitor.Exceptions);
    }
}
