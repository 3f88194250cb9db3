using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Two people in one REPL: one follows the other, and sees who typed in a terminal.</summary>
public sealed class FollowTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    [Fact]
    public async Task A_person_is_followed_from_file_to_file_until_the_follower_does_something()
    {
        await using var owner = await chromium.VisitAsync(product);
        await owner.SignInAsync("margaret");
        var name = "Followed " + Guid.NewGuid().ToString("N")[..6];
        await owner.CreateReplAsync("node", name);
        var (lead, leads) = (owner.Page, new WorkbenchPage(owner.Page));
        await leads.ReadyAsync();
        await leads.TypeAsync("seq 1 400 | sed 's/^/line /' > long.txt; echo ma''de");
        await leads.WaitForTerminalAsync("^made");
        await using var guest = await JoinAsync(owner);
        var (page, workbench) = (guest.Page, new WorkbenchPage(guest.Page));
        await Expect(workbench.Editor).ToContainTextAsync("A web server", new() { Timeout = Soon });

        // By the face in the header: the file that is in front of the other, and the line where they are.
        await leads.File("greet.js").ClickAsync();
        var face = page.GetByTestId("follow:local-margaret");
        await face.ClickAsync();
        var following = page.GetByTestId("following");
        await Expect(following).ToHaveTextAsync(new Regex("^Following Margaret"), new() { Timeout = Soon });
        await Expect(face).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.GetByTestId("tab:greet.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await leads.File("long.txt").ClickAsync();
        await Expect(page.GetByTestId("tab:long.txt")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await leads.Editor.ClickAsync();
        await lead.Keyboard.PressAsync("Control+End");
        await Expect(workbench.Editor.GetByText("line 399", new() { Exact = true })).ToBeInViewportAsync(new() { Timeout = Soon });
        await lead.Keyboard.PressAsync("Control+Home");
        await Expect(workbench.Editor.GetByText("line 2", new() { Exact = true })).ToBeInViewportAsync(new() { Timeout = Soon });
        await guest.LookAsync("workbench-following");
        await page.GetByTestId("theme").ClickAsync();
        await guest.LookAsync("workbench-following-light");
        await page.SetViewportSizeAsync(390, 844);
        await guest.LookAsync("workbench-following-phone");
        await page.SetViewportSizeAsync(1440, 900);

        // Escape ends it: where the other goes then is their own affair.
        await page.Keyboard.PressAsync("Escape");
        await Expect(following).ToBeHiddenAsync(new() { Timeout = Soon });
        await leads.File("index.js").ClickAsync();
        await leads.Editor.ClickAsync();
        await lead.Keyboard.PressAsync("Control+Home");
        await lead.Keyboard.InsertTextAsync("// by the lead\n");
        await leads.SavedAsync();
        await Expect(page.GetByTestId("tab:long.txt")).ToHaveAttributeAsync("aria-selected", "true");

        // By the palette; an edit of one's own ends it, and so does a file that one opens.
        await FollowByPaletteAsync(page);
        await Expect(page.GetByTestId("tab:index.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await Expect(workbench.Editor).ToContainTextAsync("// by the lead");
        await page.Keyboard.PressAsync("Control+1");
        await Expect(following).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+End");
        await Expect(following).ToBeHiddenAsync(new() { Timeout = Soon });
        await FollowByPaletteAsync(page);
        await workbench.File("greet.js").ClickAsync();
        await Expect(following).ToBeHiddenAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("tab:greet.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await FollowByPaletteAsync(page);
        await page.GetByTestId("editor-group-1").HoverAsync();
        await page.Mouse.WheelAsync(0, 40);
        await Expect(following).ToBeHiddenAsync(new() { Timeout = Soon });

        // Whoever leaves is followed no further.
        await FollowByPaletteAsync(page);
        await lead.GotoAsync("about:blank");
        await Expect(following).ToBeHiddenAsync(new() { Timeout = Soon });
        await Expect(page.GetByText("has left.")).ToBeVisibleAsync(new() { Timeout = Soon });
        Assert.Empty(owner.Exceptions);
        Assert.Empty(guest.Exceptions);
        await owner.StopReplAsync(name);
    }

    [Fact]
    public async Task A_shared_terminal_says_who_typed_last()
    {
        await using var owner = await chromium.VisitAsync(product, light: true);
        await owner.SignInAsync("margaret");
        var name = "Typed " + Guid.NewGuid().ToString("N")[..6];
        await owner.CreateReplAsync("bash", name);
        var mine = new WorkbenchPage(owner.Page);
        await mine.ReadyAsync();
        await using var guest = await JoinAsync(owner);
        var theirs = new WorkbenchPage(guest.Page);
        await theirs.ReadyAsync();
        await mine.TypeAsync("echo by the ow''ner");
        await Expect(guest.Page.GetByTestId("typist")).ToHaveTextAsync(new Regex("^Margaret.* typed last$"), new() { Timeout = Soon });
        await Expect(owner.Page.GetByTestId("typist")).ToBeHiddenAsync();
        await guest.LookAsync("workbench-typist");
        await theirs.TypeAsync("echo by the gu''est");
        await Expect(owner.Page.GetByTestId("typist")).ToHaveTextAsync(new Regex("^Barbara.* typed last$"), new() { Timeout = Soon });
        await Expect(guest.Page.GetByTestId("typist")).ToBeHiddenAsync(new() { Timeout = Soon });
        await owner.LookAsync("workbench-typist-light");
        await owner.Page.SetViewportSizeAsync(390, 844);
        await owner.Page.GetByTestId("switch-terminal").ClickAsync();
        await owner.LookAsync("workbench-typist-phone");
        Assert.Empty(owner.Exceptions);
        Assert.Empty(guest.Exceptions);
        await owner.StopReplAsync(name);
    }

    /// <summary>Barbara comes in as an editor, by a link.</summary>
    private async Task<Visitor> JoinAsync(Visitor owner)
    {
        await owner.Page.GetByTestId("share").ClickAsync();
        await owner.Page.GetByTestId("share-role").SelectOptionAsync("editor", new() { Timeout = Soon });
        await owner.Page.GetByTestId("make-link").ClickAsync();
        var link = await owner.Page.GetByTestId("share-url").InputValueAsync(new() { Timeout = Soon });
        await owner.Page.GetByTestId("share-dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        var guest = await chromium.VisitAsync(product);
        await guest.Page.GotoAsync(link);
        await guest.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^barbara$", RegexOptions.IgnoreCase) }).ClickAsync();
        await guest.Page.GetByTestId("join").ClickAsync(new() { Timeout = Soon });
        await new WorkbenchPage(guest.Page).ConnectedAsync();
        return guest;
    }

    private static async Task FollowByPaletteAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Control+Shift+P");
        await page.GetByTestId("picker-input").FillAsync(">follow a person");
        await page.GetByTestId("pick:people.follow").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("following")).ToHaveTextAsync(new Regex("^Following Margaret"), new() { Timeout = Soon });
    }
}
