using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Push and pull by buttons: with a repository beside the files as the remote, and with one on the internet that asks who one is.</summary>
public sealed class GitSyncTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    [Fact]
    public async Task A_branch_is_published_and_pulled_and_a_conflict_is_settled_by_buttons()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("margaret");
        await visitor.CreateReplAsync("bash", "Sync " + Guid.NewGuid().ToString("N")[..6]);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        // The first file comes with the focus; what is typed before goes there.
        await Expect(workbench.Editor).ToContainTextAsync("#!/usr/bin/env bash", new() { Timeout = Soon });
        await workbench.TypeAsync("git init -q -b main && git init -q --bare -b main .far.git && echo .far.git >> .git/info/exclude && echo one > note.txt && echo rea''dy");
        await workbench.WaitForTerminalAsync("^ready");
        await page.GetByTestId("toggle-git").ClickAsync();
        await page.GetByTestId("git-message").FillAsync("First");
        await page.GetByTestId("git-commit").ClickAsync();
        await Expect(page.GetByTestId("git-clean")).ToBeVisibleAsync(new() { Timeout = Soon });

        await page.GetByTestId("git-addRemote").ClickAsync();
        await page.GetByTestId("dialog-text").FillAsync("https://ada:secret@example.org/x.git");
        await page.GetByTestId("dialog-confirm").ClickAsync();
        await Expect(page.GetByTestId("git-note")).ToContainTextAsync("must not hold a password", new() { Timeout = Soon });
        await page.GetByTestId("git-addRemote").ClickAsync();
        await page.GetByTestId("dialog-text").FillAsync("./.far.git");
        await page.GetByTestId("dialog-confirm").ClickAsync();
        await visitor.LookAsync("workbench-git-remote");
        await page.GetByTestId("git-publish").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-note")).ToHaveTextAsync("Pushed.", new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-push")).ToHaveTextAsync("Push");

        // Both sides go on, at the same place.
        await workbench.TypeAsync(
            "git clone -q .far.git /tmp/theirs && (cd /tmp/theirs && echo theirs > note.txt && git -c user.name=Grace -c user.email=g@example.org commit -qam Theirs && git push -q) && echo mine > note.txt && echo par''ted");
        await workbench.WaitForTerminalAsync("^parted");
        await page.GetByTestId("git-message").FillAsync("Mine");
        await page.GetByTestId("git-refresh").ClickAsync();
        await page.GetByTestId("git-commit").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-push")).ToHaveTextAsync("Push 1", new() { Timeout = Soon });
        await page.GetByTestId("git-push").ClickAsync();
        await Expect(page.GetByTestId("git-note")).ToContainTextAsync("Pull first", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-git-behind");
        await page.GetByTestId("git-offer-pull").ClickAsync();
        await Expect(page.GetByTestId("reconcile-dialog")).ToContainTextAsync("You have 1 commit", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-git-diverged");
        await page.GetByTestId("reconcile-merge").ClickAsync();

        // The merge stops; the file is shown, settled and staged, and the merge goes on.
        await Expect(page.GetByTestId("git-underway")).ToContainTextAsync("1 file in conflict", new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-conflicts").GetByTestId("git:note.txt")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("git-continue")).ToBeDisabledAsync();
        await LooksAsync(visitor, "workbench-git-conflict");
        await page.GetByTestId("git:note.txt").ClickAsync();
        await Expect(workbench.Editor).ToContainTextAsync("<<<<<<<", new() { Timeout = Soon });
        await workbench.RewriteAsync("both\n");
        await workbench.SavedAsync();
        await page.GetByTestId("git-stage:note.txt").ClickAsync();
        await page.GetByTestId("git-continue").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-push")).ToHaveTextAsync("Push 2", new() { Timeout = Soon });
        await page.GetByTestId("git-push").ClickAsync();
        await Expect(page.GetByTestId("git-note")).ToHaveTextAsync("Pushed.", new() { Timeout = Soon });
        await workbench.TypeAsync("echo \"$(git -C .far.git log --format=%s: main | tr -d '\\n')$(git -C .far.git show main:note.txt)\"");
        await workbench.WaitForTerminalAsync("^Merge [^:]*:(Mine:Theirs|Theirs:Mine):First:both");
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task Who_asks_is_named_and_answered_once_by_hand_by_GitHub_or_not_at_all()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        var remote = await PlayedRemote.OfAsync(page);
        // Said before the page is loaded: the next request of one that is open can pass by.
        var (played, installed, ended) = (false, false, new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));
        await page.RouteAsync("**/git-credentials", route => !played ? route.ContinueAsync()
            : route.Request.Method == "GET" ? Json(route, 200, new { host = "github.com" })
            : installed ? Json(route, 200, new { username = "x-access-token", password = "ghs_played", expiresAt = "2030-01-01T00:00:00Z" })
            : Json(route, 409, new { status = 409, code = "gitCredentials.notInstalled", title = "Conflict", detail = "This installation's GitHub App is not installed on somebody/project, or may not write there. Install it there, or give your own user name and token." }));
        await page.RouteAsync("**/git-credentials/end", async route =>
        {
            await route.FulfillAsync(new() { Status = 204 });
            ended.TrySetResult(route.Request.PostData);
        });
        await visitor.SignInAsync("barbara");
        await visitor.CreateReplAsync("bash", "Asked " + Guid.NewGuid().ToString("N")[..6]);
        await new WorkbenchPage(page).ReadyAsync();
        await page.GetByTestId("toggle-git").ClickAsync();
        await page.GetByTestId("git-init").ClickAsync(new() { Timeout = Soon });
        await page.GetByTestId("git-message").FillAsync("First");
        await page.GetByTestId("git-commit").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-clean")).ToBeVisibleAsync(new() { Timeout = Soon });
        await page.GetByTestId("git-addRemote").ClickAsync(new() { Timeout = Soon });
        await page.GetByTestId("dialog-text").FillAsync("https://github.com/somebody/project.git");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("git-publish")).ToBeVisibleAsync(new() { Timeout = Soon });

        // By hand, and wrong.
        var push = await PublishAsync(page, remote);
        remote.Notify("git.progress", new { text = "Writing objects", percent = 45 });
        await Expect(page.GetByTestId("git-doing")).ToHaveTextAsync("Pushing: Writing objects", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-git-progress");
        Ask(remote, "first");
        await Expect(page.GetByTestId("credential-host")).ToHaveTextAsync("github.com", new() { Timeout = Soon });
        await Expect(page.GetByTestId("credential-repository")).ToHaveTextAsync("somebody/project.git");
        await Expect(page.GetByTestId("credential-operation")).ToHaveTextAsync("to push");
        await Expect(page.GetByTestId("credential-dialog")).ToContainTextAsync("programs that run in this REPL could read and use it");
        await Expect(page.GetByTestId("credential-github")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("credential-username")).ToBeFocusedAsync();
        await LooksAsync(visitor, "workbench-git-credential");
        await page.GetByTestId("credential-give").ClickAsync();
        await Expect(page.GetByTestId("credential-problem")).ToBeVisibleAsync();
        await page.GetByTestId("credential-username").FillAsync("barbara");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("not-the-right-one");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("""{"ask":"first","username":"barbara","password":"not-the-right-one"}""", (await AnsweredAsync(remote)).ToJsonString());
        remote.Refuse(push, "git.credential", "github.com did not accept this user name and token.");
        await Expect(page.GetByTestId("git-note")).ToContainTextAsync("github.com did not accept", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-git-refused");

        // Not at all, by keys.
        push = await PublishAsync(page, remote);
        Ask(remote, "second");
        await Expect(page.GetByTestId("credential-dialog")).ToBeVisibleAsync(new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal("""{"ask":"second"}""", (await AnsweredAsync(remote)).ToJsonString());
        remote.Refuse(push, "git.declined", "Nothing was done: the remote wants a credential, and none was given.");
        await Expect(page.GetByTestId("git-note")).ToContainTextAsync("none was given", new() { Timeout = Soon });

        // Called off while it is asked: nobody waits for the answer.
        push = await PublishAsync(page, remote);
        await page.GetByTestId("git-cancel").ClickAsync();
        remote.Answer(await remote.AskedAsync("git.cancel"), new { });
        remote.Refuse(push, "git.cancelled", "Cancelled.");
        await Expect(page.GetByTestId("git-note")).ToHaveTextAsync("Cancelled.", new() { Timeout = Soon });

        // By GitHub, first where the App is not, and the token ends with the operation.
        played = true;
        push = await PublishAsync(page, remote);
        Ask(remote, "third");
        await Expect(page.GetByTestId("credential-github")).ToBeFocusedAsync(new() { Timeout = Soon });
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("credential-problem")).ToContainTextAsync("not installed on somebody/project", new() { Timeout = Soon });
        await LooksAsync(visitor, "workbench-git-app");
        installed = true;
        await page.GetByTestId("credential-github").ClickAsync();
        Assert.Equal("""{"ask":"third","username":"x-access-token","password":"ghs_played"}""", (await AnsweredAsync(remote)).ToJsonString());
        Assert.False(ended.Task.IsCompleted);
        remote.Answer(push, new { repository = true, installed = true, branch = "main", commit = "01234567", upstream = "origin/main", ahead = 0, behind = 0, files = Array.Empty<object>(), limited = false });
        await Expect(page.GetByTestId("git-note")).ToHaveTextAsync("Pushed.", new() { Timeout = Soon });
        Assert.Equal("""{"password":"ghs_played"}""", await ended.Task.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Empty(visitor.Exceptions);
    }

    private static async Task<JsonObject> PublishAsync(IPage page, PlayedRemote remote)
    {
        await page.GetByTestId("git-publish").ClickAsync(new() { Timeout = Soon });
        var push = await remote.AskedAsync("git.push");
        Assert.Equal("origin", (string?)push["params"]!["publish"]);
        return push;
    }

    private static void Ask(PlayedRemote remote, string ask) => remote.Notify("git.credentialAsked", new { ask, operation = "push", host = "github.com", path = "somebody/project.git" });

    private static async Task<JsonObject> AnsweredAsync(PlayedRemote remote)
    {
        var request = await remote.AskedAsync("git.credential");
        remote.Answer(request, new { });
        return request["params"]!.AsObject();
    }

    private static Task Json(IRoute route, int status, object body) =>
        route.FulfillAsync(new() { Status = status, ContentType = status < 400 ? "application/json" : "application/problem+json", Body = JsonSerializer.Serialize(body) });

    /// <summary>On a desk and on a phone, in both themes.</summary>
    private static async Task LooksAsync(Visitor visitor, string name)
    {
        await visitor.LookAsync(name);
        await visitor.Page.EvaluateAsync("() => { document.documentElement.dataset.theme = 'light'; }");
        await visitor.LookAsync(name + "-light");
        await visitor.Page.SetViewportSizeAsync(390, 844);
        await visitor.LookAsync(name + "-phone-light");
        await visitor.Page.EvaluateAsync("() => { document.documentElement.dataset.theme = 'dark'; }");
        await visitor.LookAsync(name + "-phone");
        await visitor.Page.SetViewportSizeAsync(1440, 900);
    }
}
