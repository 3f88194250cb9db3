using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>The main job from end to end: make, edit, run, stop, start again, and find everything as it was left.</summary>
public sealed class StoryTests(Product product, Chromium chromium)
{
    private const float Patience = 90_000;

    [Fact]
    public async Task Two_paths_to_one_file_are_one_document_and_lose_nothing_of_each_other()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("barbara");
        await visitor.CreateReplAsync("bash", "Linked");
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        await workbench.TypeAsync("ln -s main.sh also.sh && echo ma''de");
        await workbench.WaitForTerminalAsync("^made");
        await workbench.OpenAsync("main.sh");
        await workbench.RewriteAsync("echo one\n");
        await workbench.File("also.sh").ClickAsync();
        await Expect(visitor.Page.GetByTestId("tab:main.sh")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        await Expect(visitor.Page.GetByTestId("tab:also.sh")).ToHaveCountAsync(0);
        await visitor.Page.Keyboard.PressAsync("Control+End");
        await visitor.Page.Keyboard.InsertTextAsync("echo two\n");
        await workbench.SavedAsync();
        await workbench.TypeAsync("bash also.sh | tr '\\n' +");
        await workbench.WaitForTerminalAsync("^one\\+two\\+");
        await visitor.StopReplAsync("Linked");
    }

    [Fact]
    public async Task Everything_is_as_it_was_left_after_stop_and_start()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("ada");
        await visitor.CreateReplAsync("node", "My first REPL");
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        await Expect(workbench.File("index.js")).ToBeVisibleAsync();
        await visitor.PictureAsync("workbench-dark");

        // Edit index.js, and run it in the terminal.
        await workbench.OpenAsync("index.js");
        await workbench.RewriteAsync("console.log(\"sum\", 19 + 23);\n");
        await workbench.SavedAsync();
        await workbench.TypeAsync("node index.js");
        await workbench.WaitForTerminalAsync("^sum 42");
        await visitor.PictureAsync("workbench-ran");

        // Make, rename and delete in the tree; links and modes in the terminal.
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "New folder" }).First.ClickAsync();
        await workbench.NameAsync("docs");
        await Expect(workbench.File("docs")).ToBeVisibleAsync();
        await workbench.PickAsync("greet.js", "Rename");
        await workbench.NameAsync("hello.js");
        await Expect(workbench.File("hello.js")).ToBeVisibleAsync();
        await workbench.PickAsync("greet.test.js", "Delete");
        await visitor.Page.GetByTestId("dialog-confirm").ClickAsync();
        await Expect(workbench.File("greet.test.js")).ToHaveCountAsync(0);
        await workbench.TypeAsync("ln -s hello.js link.js && touch run.sh && chmod 751 run.sh && mkdir empty && echo secret > ~/.note && echo made");
        await workbench.WaitForTerminalAsync("^made");
        await Expect(workbench.File("run.sh")).ToBeVisibleAsync();

        await StopAsync(visitor, "My first REPL");
        await visitor.PictureAsync("dashboard-stopped");
        await StartAsync(visitor, "My first REPL");

        await workbench.ReadyAsync();
        await workbench.TypeAsync("stat -c '%a %F %N' run.sh link.js docs empty; cat ~/.note index.js; ls greet*; echo all");
        await workbench.WaitForTerminalAsync("^all");
        var text = await workbench.TerminalTextAsync();
        Assert.Contains("751 regular empty file 'run.sh'", text, StringComparison.Ordinal);
        Assert.Contains("'link.js' -> 'hello.js'", text, StringComparison.Ordinal);
        Assert.Matches("directory 'docs'", text);
        Assert.Matches("directory 'empty'", text);
        Assert.Contains("secret", text, StringComparison.Ordinal);
        Assert.Contains("console.log(\"sum\", 19 + 23);", text, StringComparison.Ordinal);
        Assert.Contains("cannot access 'greet*'", text, StringComparison.Ordinal);
        await visitor.PictureAsync("workbench-again");
        await StopAsync(visitor, "My first REPL");
    }

    [Fact]
    public async Task A_second_person_sees_none_of_it()
    {
        await using var owner = await chromium.VisitAsync(product);
        await owner.SignInAsync("margaret");
        await owner.CreateReplAsync("bash", "Private things");
        await new WorkbenchPage(owner.Page).ReadyAsync();
        var address = owner.Page.Url;

        await using var other = await chromium.VisitAsync(product);
        await other.SignInAsync("alan");
        await Expect(other.Page.GetByTestId("new-repl").First).ToBeVisibleAsync();
        await Expect(Card(other, "Private things")).ToHaveCountAsync(0);
        var answer = await other.Page.GotoAsync(address);
        Assert.Equal(404, answer?.Status);
        await Expect(other.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Nothing here");

        var id = new Uri(address).Segments[^1];
        var status = await other.Page.EvaluateAsync<int>("async id => (await fetch(`/api/repls/${id}`)).status", id);
        Assert.Equal(404, status);
        await StopAsync(owner, "Private things");
    }

    [Fact]
    public async Task What_is_typed_while_the_connection_is_lost_arrives_when_it_is_back()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("barbara");
        await visitor.CreateReplAsync("python", "Offline");
        var workbench = new WorkbenchPage(visitor.Page);
        await workbench.ReadyAsync();
        await workbench.OpenAsync("main.py");
        await Expect(workbench.Editor).ToContainTextAsync("most_common");

        await visitor.Context.SetOfflineAsync(true);
        await workbench.RewriteAsync("print(6 * 7)\n");
        await visitor.Context.SetOfflineAsync(false);
        await workbench.SavedAsync();
        await workbench.TypeAsync("python3 main.py");
        await workbench.WaitForTerminalAsync("^42");
        await StopAsync(visitor, "Offline");
    }

    [Fact]
    public async Task A_bad_name_is_explained_where_it_is_typed()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("grace");
        await visitor.Page.GetByTestId("new-repl").First.ClickAsync();
        var dialog = visitor.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByTestId("repl-name").FillAsync("a/b?");
        await dialog.GetByTestId("create-repl").ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync(new Regex("name|letters", RegexOptions.IgnoreCase));
    }

    private static async Task StopAsync(Visitor visitor, string name)
    {
        await visitor.Page.GotoAsync("/");
        var card = Card(visitor, name);
        await card.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(card).ToHaveAttributeAsync("data-state", "stopped", new() { Timeout = Patience });
    }

    private static async Task StartAsync(Visitor visitor, string name)
    {
        var card = Card(visitor, name);
        await card.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(card).ToHaveAttributeAsync("data-state", "running", new() { Timeout = Patience });
        await card.GetByRole(AriaRole.Link, new() { Name = "Open" }).ClickAsync();
    }

    private static ILocator Card(Visitor visitor, string name) => visitor.Page.Locator($"[data-testid=repl][data-name='{name}']");
}
