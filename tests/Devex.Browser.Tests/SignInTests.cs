using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

public sealed class SignInTests(Product product, Chromium chromium)
{
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
}
