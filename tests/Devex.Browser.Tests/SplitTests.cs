using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Editors and terminals beside each other.</summary>
public sealed class SplitTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    [Fact]
    public async Task A_file_stands_beside_itself_as_one_document_and_both_groups_outlive_a_reload()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("margaret");
        var name = "Split " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("node", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        var (first, second) = (page.GetByTestId("editor-group-1"), page.GetByTestId("editor-group-2"));
        var (left, right) = (first.GetByTestId("editor"), second.GetByTestId("editor"));
        await Expect(left).ToContainTextAsync("A web server", new() { Timeout = Soon });
        await left.ClickAsync();
        await page.Keyboard.PressAsync("Control+\\");
        await Expect(right).ToBeFocusedAsync(new() { Timeout = Soon });

        // What is typed in one is in the other, and once in the file.
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.InsertTextAsync("// from the right ");
        await Expect(left).ToContainTextAsync("// from the right // A web server", new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Control+1");
        await Expect(left).ToBeFocusedAsync(new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.InsertTextAsync("// from the left");
        await Expect(right).ToContainTextAsync("// from the left", new() { Timeout = Soon });
        await workbench.SavedAsync();
        await workbench.TypeAsync("grep -c 'from the' index.js; head -1 index.js");
        await workbench.WaitForTerminalAsync("^2\\s*\n// from the right // A web server");

        // One history: either editor takes back what was done last, wherever that was.
        await right.ClickAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(left).Not.ToContainTextAsync("// from the left", new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Control+z");
        await Expect(left).Not.ToContainTextAsync("// from the right", new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Control+y");
        await Expect(left).ToContainTextAsync("// from the right", new() { Timeout = Soon });
        await Expect(right).ToContainTextAsync("// from the right");

        // Files open where the person is; the line between moves by keys.
        await workbench.File("greet.js").ClickAsync();
        await Expect(second.GetByTestId("tab:greet.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await Expect(first.GetByTestId("tab:greet.js")).ToHaveCountAsync(0);
        var line = page.GetByRole(AriaRole.Separator, new() { Name = "Width of the second editor group" });
        var before = (await second.BoundingBoxAsync())!.Width;
        await line.FocusAsync();
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        var after = (await second.BoundingBoxAsync())!.Width;
        Assert.InRange(after, before - 90, before - 70);
        await visitor.LookAsync("workbench-split");
        await page.GetByTestId("theme").ClickAsync();
        await visitor.LookAsync("workbench-split-light");

        await page.ReloadAsync();
        await workbench.ConnectedAsync();
        await Expect(right).ToContainTextAsync("Greets a name", new() { Timeout = Soon });
        await Expect(left).ToContainTextAsync("// from the right", new() { Timeout = Soon });
        await Expect(second.GetByTestId("tab:index.js")).ToBeVisibleAsync();
        Assert.InRange((await second.BoundingBoxAsync())!.Width, after - 2, after + 2);

        // In a narrow window there is one group with all tabs, and two again when there is room.
        await page.SetViewportSizeAsync(390, 844);
        await Expect(second).ToHaveCountAsync(0, new() { Timeout = Soon });
        await Expect(first.GetByTestId("tab:index.js")).ToHaveCountAsync(1);
        await Expect(first.GetByTestId("tab:greet.js")).ToHaveAttributeAsync("aria-selected", "true");
        await visitor.LookAsync("workbench-split-phone");
        await page.SetViewportSizeAsync(1440, 900);
        await Expect(second.GetByTestId("tab:greet.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await Expect(first.GetByTestId("tab:greet.js")).ToHaveCountAsync(0);

        // The last tab that goes takes its group along. The text goes on in the other one, history and all.
        await second.GetByTestId("tab:index.js").ClickAsync();
        await right.ClickAsync();
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.InsertTextAsync("// the last ");
        await Expect(left).ToContainTextAsync("// the last // from the right", new() { Timeout = Soon });
        await first.GetByTestId("tab:index.js").FocusAsync();
        await page.Keyboard.PressAsync("Delete");
        await Expect(second).ToHaveCountAsync(0, new() { Timeout = Soon });
        await Expect(left).ToContainTextAsync("// the last // from the right");
        await left.ClickAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(left).Not.ToContainTextAsync("// the last", new() { Timeout = Soon });
        await workbench.SavedAsync();
        await workbench.TypeAsync("echo \"now: $(head -1 index.js)\"");
        await workbench.WaitForTerminalAsync("^now: // from the right // A web server");
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }

    [Fact]
    public async Task A_tab_is_dragged_into_the_other_group()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("barbara");
        var name = "Dragged " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("node", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        var (first, second) = (page.GetByTestId("editor-group-1"), page.GetByTestId("editor-group-2"));
        await workbench.File("greet.js").ClickAsync();
        await Expect(first.GetByTestId("tab:greet.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await first.GetByTestId("open-beside").ClickAsync();
        await Expect(second.GetByTestId("tab:greet.js")).ToBeVisibleAsync(new() { Timeout = Soon });
        await workbench.DragAsync(first.GetByTestId("tab:index.js"), second.GetByTestId("tab:greet.js"));
        await Expect(second.GetByTestId("tab:index.js")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await Expect(second.GetByRole(AriaRole.Tab)).ToHaveTextAsync([new Regex("index"), new Regex("greet")]);
        await Expect(first.GetByTestId("tab:index.js")).ToHaveCountAsync(0);
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }

    [Fact]
    public async Task Two_terminals_stand_beside_each_other_as_wide_as_they_are_given()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("barbara");
        var name = "Terminals beside " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("bash", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        var terminals = page.GetByTestId("terminal").Locator(".dx-terminal:visible");
        await terminals.ClickAsync();
        var whole = await ColumnsAsync(page, workbench, 1);
        await page.GetByTestId("split-terminal").ClickAsync();
        await Expect(terminals).ToHaveCountAsync(2, new() { Timeout = Soon });
        await workbench.WaitForTerminalAsync("\\$\\s*$");
        Assert.InRange(await ColumnsAsync(page, workbench, 2), whole * 0.4, whole * 0.5);
        await terminals.First.ClickAsync();
        Assert.InRange(await ColumnsAsync(page, workbench, 3), whole * 0.4, whole * 0.5);
        await visitor.LookAsync("workbench-terminals-split");
        // The line between them moves by keys as by the pointer.
        await page.GetByRole(AriaRole.Separator, new() { Name = "Width of the second terminal" }).FocusAsync();
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        await terminals.Last.ClickAsync();
        Assert.InRange(await ColumnsAsync(page, workbench, 4), whole * 0.55, whole * 0.7);

        // A narrow window has room for the one that is in use.
        await page.SetViewportSizeAsync(390, 844);
        await page.GetByTestId("switch-terminal").ClickAsync();
        await Expect(terminals).ToHaveCountAsync(1, new() { Timeout = Soon });
        await page.SetViewportSizeAsync(1440, 900);
        await Expect(terminals).ToHaveCountAsync(2, new() { Timeout = Soon });
        await page.GetByTestId("split-terminal").ClickAsync();
        await Expect(terminals).ToHaveCountAsync(1, new() { Timeout = Soon });
        Assert.InRange(await ColumnsAsync(page, workbench, 5), whole - 1, whole + 1);
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }

    /// <summary>The width of the terminal that has the focus, as its shell knows it.</summary>
    private static async Task<double> ColumnsAsync(IPage page, WorkbenchPage workbench, int time)
    {
        await page.Keyboard.TypeAsync($"echo time $(({time}+0)): $(stty size).");
        await page.Keyboard.PressAsync("Enter");
        await workbench.WaitForTerminalAsync($"^time {time}: \\d+ \\d+\\.");
        return int.Parse(Regex.Match(await workbench.TerminalTextAsync(), $"^time {time}: \\d+ (\\d+)\\.", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
