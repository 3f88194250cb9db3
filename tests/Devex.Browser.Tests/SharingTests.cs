using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>An owner shares a REPL by a link; a guest comes in, is made an editor, and is shown out. What is in the environment stays with those who may.</summary>
public sealed class SharingTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    [Fact]
    public async Task A_guest_joins_by_a_link_sees_and_changes_nothing_becomes_an_editor_and_is_shown_out()
    {
        await using var owner = await chromium.VisitAsync(product);
        await owner.SignInAsync("margaret");
        await owner.CreateReplAsync("node", "Shared " + Guid.NewGuid().ToString("N")[..6]);
        var (page, workbench) = (owner.Page, new WorkbenchPage(owner.Page));
        await workbench.ReadyAsync();
        await SetSecretAsync(owner);

        // A link, shown once.
        await page.GetByTestId("share").ClickAsync();
        await page.GetByTestId("make-link").ClickAsync();
        var link = await page.GetByTestId("share-url").InputValueAsync(new() { Timeout = Soon });
        Assert.Matches("/join#[0-9a-z]{12}-", link);
        await owner.LookAsync("workbench-share");

        // Whoever opens it signs in first and is asked; the code is not in the address any more.
        await using var guest = await chromium.VisitAsync(product, light: true);
        await guest.Page.GotoAsync(link);
        await guest.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^barbara$", RegexOptions.IgnoreCase) }).ClickAsync();
        await Expect(guest.Page.GetByTestId("join")).ToBeVisibleAsync(new() { Timeout = Soon });
        Assert.DoesNotContain("#", guest.Page.Url, StringComparison.Ordinal);
        await guest.LookAsync("join-light");
        await guest.Page.GetByTestId("join").ClickAsync();
        var theirs = new WorkbenchPage(guest.Page);
        await theirs.ConnectedAsync();
        await guest.PictureAsync("workbench-guest-light");

        // A viewer: no typing, no running, no environment, in the page and past it.
        await Expect(theirs.Editor).ToContainTextAsync("import", new() { Timeout = Soon });
        await theirs.Editor.ClickAsync();
        await guest.Page.Keyboard.TypeAsync("not mine");
        await Expect(theirs.Editor).Not.ToContainTextAsync("not mine");
        await Expect(guest.Page.GetByTestId("run")).ToBeHiddenAsync();
        await guest.Page.GetByTestId("toggle-environment").ClickAsync();
        await Expect(guest.Page.GetByText("Viewers do not see the environment.")).ToBeVisibleAsync(new() { Timeout = Soon });
        var id = new Uri(guest.Page.Url).Segments[^1];
        Assert.Equal(403, await guest.Page.EvaluateAsync<int>("async (id) => (await fetch(`/api/repls/${id}/environment`)).status", id));
        Assert.DoesNotContain("hush-7777", await guest.Page.ContentAsync(), StringComparison.Ordinal);

        // Among what is shared with them, under the owner's face.
        var name = await guest.Page.TitleAsync();
        await guest.Page.GotoAsync("/shared");
        var card = guest.Page.Locator($"[data-testid=repl]:has(a[href='/r/{id}'])");
        await Expect(card.GetByTestId("people")).ToHaveAttributeAsync("title", new Regex("^Margaret.*, Barbara"), new() { Timeout = Soon });
        await guest.LookAsync("shared-light");
        // Wherever the card has no other button.
        await card.ClickAsync();
        await theirs.ConnectedAsync();
        await Expect(guest.Page).ToHaveTitleAsync(name);

        // An editor from one moment to the next, in the page that is open.
        await page.GetByTestId("share-dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByTestId("share").ClickAsync();
        await page.GetByTestId("role:local-barbara").SelectOptionAsync("editor", new() { Timeout = Soon });
        await Expect(guest.Page.GetByTestId("run")).ToBeVisibleAsync(new() { Timeout = Soon });
        await theirs.Editor.ClickAsync();
        await guest.Page.Keyboard.PressAsync("Control+Home");
        await guest.Page.Keyboard.TypeAsync("// by barbara");
        await Expect(workbench.Editor).ToContainTextAsync("// by barbara", new() { Timeout = Soon });

        // Shown out, the link revoked: nothing is left of either.
        await page.GetByTestId("share-links").GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(page.GetByTestId("share-links").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(0, new() { Timeout = Soon });
        await page.GetByTestId("remove:local-barbara").ClickAsync();
        await page.GetByTestId("dialog-confirm").ClickAsync();
        await Expect(guest.Page.GetByTestId("overlay")).ToBeVisibleAsync(new() { Timeout = Soon });
        await guest.Page.GotoAsync(link);
        await Expect(guest.Page.Locator("#join-title")).ToHaveTextAsync("This link cannot be used", new() { Timeout = Soon });
        Assert.Empty(owner.Exceptions);
        Assert.Empty(guest.Exceptions);
    }

    /// <summary>Set in the panel, read by a terminal that is opened afterwards, shown nowhere.</summary>
    private static async Task SetSecretAsync(Visitor owner)
    {
        var (page, workbench) = (owner.Page, new WorkbenchPage(owner.Page));
        await page.GetByTestId("toggle-environment").ClickAsync();
        await page.GetByTestId("variable-name").FillAsync("HUSH");
        await page.GetByTestId("variable-value").FillAsync("hush-7777");
        await page.GetByTestId("variable-set").ClickAsync();
        await Expect(page.GetByTestId("variable:HUSH")).ToContainTextAsync("secret", new() { Timeout = Soon });
        await owner.LookAsync("workbench-environment");
        Assert.DoesNotContain("hush-7777", await page.ContentAsync(), StringComparison.Ordinal);
        // The reconciler brings it to the session, soon and not at once: a terminal is opened until one has it.
        for (var look = 0; look < 15; look++)
        {
            await workbench.NewTerminalAsync();
            await workbench.TypeAsync("echo \"[${HUSH:-none}]\"");
            await workbench.WaitForTerminalAsync("^\\[(none|hush-7777)\\]");
            if ((await workbench.TerminalTextAsync()).Contains("[hush-7777]", StringComparison.Ordinal))
                return;
        }
        Assert.Fail("No terminal ever had the variable.");
    }
}
