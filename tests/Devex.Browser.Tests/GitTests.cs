using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Source control: from a plain folder to a commit on a branch, without a terminal.</summary>
public sealed class GitTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    [Fact]
    public async Task A_workspace_becomes_a_repository_and_changes_are_compared_staged_and_committed()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("linus");
        await visitor.CreateReplAsync("node", "Git " + Guid.NewGuid().ToString("N")[..6]);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        await page.GetByTestId("toggle-git").ClickAsync();
        await page.GetByTestId("git-init").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-branch")).ToContainTextAsync("main", new() { Timeout = Soon });
        await page.GetByTestId("git-message").FillAsync("First");
        await page.GetByTestId("git-commit").ClickAsync();
        await Expect(page.GetByTestId("git-clean")).ToBeVisibleAsync(new() { Timeout = Soon });

        // A change shows by itself, and beside what it was.
        await page.GetByTestId("toggle-files").ClickAsync();
        await workbench.File("greet.js").ClickAsync();
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync("// changed here\n");
        await workbench.SavedAsync();
        await page.GetByTestId("toggle-git").ClickAsync();
        await page.GetByTestId("git-refresh").ClickAsync();
        await page.GetByTestId("git:greet.js").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("diff")).ToContainTextAsync("// changed here", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-git");

        // On a branch of its own, staged and committed.
        await page.GetByTestId("git-branch").ClickAsync();
        await page.GetByTestId("picker-input").FillAsync("topic");
        await page.GetByTestId("pick:create").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-branch")).ToContainTextAsync("topic", new() { Timeout = Soon });
        await page.GetByTestId("git-stage:greet.js").ClickAsync();
        await Expect(page.GetByTestId("git-staged").GetByTestId("git:greet.js")).ToBeVisibleAsync(new() { Timeout = Soon });
        await page.GetByTestId("git-message").FillAsync("Second");
        await page.GetByTestId("git-commit").ClickAsync();
        await Expect(page.GetByTestId("git-clean")).ToBeVisibleAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("status-branch")).ToHaveTextAsync("topic");
        await workbench.TypeAsync("git log --format='%s by %an on %D' | cat");
        await workbench.WaitForTerminalAsync("^Second by \\w+ on HEAD -> topic[^$]*^First by");
        Assert.Empty(visitor.Exceptions);
    }
}
