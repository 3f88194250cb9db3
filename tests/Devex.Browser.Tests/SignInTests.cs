using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

public sealed class SignInTests(Product product, Chromium chromium)
{
    private const float Patience = 90_000;

    [Fact]
    public async Task A_stranger_is_asked_to_sign_in_and_lands_on_an_inviting_dashboard()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.Page.GotoAsync("/");
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/signin"));
        await visitor.PictureAsync("sign-in-dark");

        await visitor.SignInAsync("grace");
        await Expect(visitor.Page.GetByTestId("empty")).ToContainTextAsync("Make your first REPL");
        await visitor.PictureAsync("dashboard-empty-dark");
        Assert.Empty(visitor.Errors);
    }

    [Fact]
    public async Task Who_could_not_be_signed_in_is_told_why_and_goes_on_where_they_wanted_to()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        foreach (var (error, words) in new[]
        {
            ("denied", "allow Devex to read your profile"),
            ("notAllowed", "Ask its operator to add you"),
            ("gitHubAway", "GitHub does not answer Devex"),
            ("<b>other</b>", "Signing in did not work"),
            ("storageAway", "Nothing is lost; try again in a minute"),
        })
        {
            await page.GotoAsync($"/signin?error={Uri.EscapeDataString(error)}&returnUrl=%2Ftrash");
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(words);
        }
        await visitor.LookAsync("sign-in-away");
        await page.GetByRole(AriaRole.Button, new() { Name = "linus" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/trash$"));
    }

    [Fact]
    public async Task Signing_out_ends_it()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("linus");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/signin"));
        await visitor.Page.GotoAsync("/");
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/signin"));
    }

    [Fact]
    public async Task Who_is_signed_out_while_working_is_told_so_loses_nothing_and_goes_on_there()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("barbara");
        var events = await SessionLine.OfAsync(visitor.Page, "/api/events");
        await visitor.CreateReplAsync("bash", "Signed out");
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        var address = page.Url;
        await workbench.OpenAsync("main.sh");
        await workbench.RewriteAsync("echo one\n");
        await workbench.SavedToS3Async();
        var banner = page.GetByTestId("banner");
        var asked = banner.Filter(new() { HasText = "You are signed out." }).GetByRole(AriaRole.Button, new() { Name = "Sign in" });

        // What the REPL does can be heard no more; the session has nothing to do with it.
        await LoseCookieAsync(visitor);
        await LoseAsync(events);
        await Expect(asked).ToBeVisibleAsync(new() { Timeout = Patience });
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync("echo two\n");
        await workbench.SavedAsync();
        await visitor.LookAsync("workbench-signed-out");
        await workbench.TypeAsync("bash main.sh");
        await workbench.WaitForTerminalAsync("^one\\s+two");

        // There and back.
        await asked.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "barbara" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(address);
        await workbench.ConnectedAsync();
        await Expect(workbench.Editor).ToContainTextAsync("echo two");
        await workbench.SavedToS3Async();
        await Expect(banner).ToBeHiddenAsync();

        // Whoever asks for something is refused in the same words, and signs in elsewhere.
        await LoseCookieAsync(visitor);
        await page.GetByTestId("share").ClickAsync();
        await page.GetByTestId("make-link").ClickAsync();
        await Expect(page.GetByText("You are signed out. Sign in and try again; what you typed is kept.").First).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.GetByTestId("share-dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(asked).ToBeVisibleAsync();

        // On a phone, too, what is refused leaves the way to sign in within reach: the picture is taken with both.
        await page.SetViewportSizeAsync(390, 844);
        await page.GetByTestId("run-more").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit the command…" }).ClickAsync();
        await page.GetByTestId("run-command").FillAsync("bash main.sh again");
        await page.GetByTestId("command-keep").ClickAsync();
        await Expect(page.GetByTestId("toasts")).ToContainTextAsync("You are signed out.");
        await asked.ClickAsync(new() { Trial = true });
        await visitor.LookAsync("workbench-signed-out-phone");
        await page.GetByTestId("toasts").GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await page.SetViewportSizeAsync(1440, 900);
        var other = await visitor.Context.NewPageAsync();
        await other.GotoAsync("/signin");
        await other.GetByRole(AriaRole.Button, new() { Name = "barbara" }).ClickAsync();
        var card = other.Locator("[data-testid=repl][data-name='Signed out']");
        await Expect(card).ToHaveAttributeAsync("data-state", "running", new() { Timeout = Patience });
        await LoseAsync(events);
        await Expect(banner).ToBeHiddenAsync(new() { Timeout = Patience });

        // The session ends for somebody who is signed out: there is nothing to start it by.
        await LoseCookieAsync(visitor);
        await LoseAsync(events);
        await Expect(asked).ToBeVisibleAsync(new() { Timeout = Patience });
        await card.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(card).ToHaveAttributeAsync("data-state", "stopped", new() { Timeout = Patience });
        await Expect(workbench.Overlay.GetByRole(AriaRole.Heading)).ToHaveTextAsync("You are signed out", new() { Timeout = Patience });
        await Expect(banner).ToBeHiddenAsync();
        await visitor.LookAsync("workbench-signed-out-ended");
        await page.SetViewportSizeAsync(390, 844);
        await visitor.LookAsync("workbench-signed-out-ended-phone");
        await workbench.Overlay.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "barbara" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(address);
        await Expect(workbench.Overlay.GetByTestId("start")).ToBeVisibleAsync(new() { Timeout = Patience });
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task The_session_cookie_is_out_of_reach_of_scripts_and_of_other_hosts()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("ada");
        var cookie = Assert.Single(await visitor.Context.CookiesAsync(), cookie => cookie.Name == "__Host-devex");
        Assert.True(cookie.HttpOnly);
        Assert.True(cookie.Secure);
        Assert.Equal(SameSiteAttribute.Lax, cookie.SameSite);
        Assert.Equal("localhost", cookie.Domain);
    }

    private static Task LoseCookieAsync(Visitor visitor) => visitor.Context.ClearCookiesAsync(new() { Name = "__Host-devex" });

    /// <summary>Loses the connections of a line that itself holds.</summary>
    private static async Task LoseAsync(SessionLine line)
    {
        await line.CutAsync();
        line.Mend();
    }
}
