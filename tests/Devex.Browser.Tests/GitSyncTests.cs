using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Push and pull by buttons: with a repository beside the files as the remote, and with one that asks who one is.</summary>
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
        await page.GetByTestId("git-offer-pull").ClickAsync();
        await Expect(page.GetByTestId("reconcile-dialog")).ToContainTextAsync("You have 1 commit", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-git-diverged");
        await page.GetByTestId("reconcile-merge").ClickAsync();

        // The merge stops; the file is shown, settled and staged, and the merge goes on.
        await Expect(page.GetByTestId("git-underway")).ToContainTextAsync("1 file in conflict", new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-conflicts").GetByTestId("git:note.txt")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("git-continue")).ToBeDisabledAsync();
        await visitor.LookAsync("workbench-git-conflict");
        await page.GetByTestId("git:note.txt").ClickAsync();
        await Expect(workbench.Editor).ToContainTextAsync("<<<<<<<", new() { Timeout = Soon });
        await workbench.RewriteAsync("both\n");
        await workbench.SavedAsync();
        await page.GetByTestId("git-stage:note.txt").ClickAsync();
        await page.GetByTestId("git-continue").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-push")).ToHaveTextAsync("Push 2", new() { Timeout = Soon });
        await page.GetByTestId("git-push").ClickAsync();
        await Expect(page.GetByTestId("git-note")).ToHaveTextAsync("Pushed.", new() { Timeout = Soon });
        await workbench.TypeAsync("git -C .far.git log --format='%s:' main | tr -d '\\n'; git -C .far.git show main:note.txt");
        await workbench.WaitForTerminalAsync("^Merge [^:]*:(Mine:Theirs|Theirs:Mine):First:both");
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task A_remote_that_asks_who_one_is_is_named_and_answered_once_or_not_at_all()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("barbara");
        await visitor.CreateReplAsync("node", "Asked " + Guid.NewGuid().ToString("N")[..6]);
        var page = visitor.Page;
        var workbench = new WorkbenchPage(page);
        await workbench.ReadyAsync();
        // A host within the session that lets nobody in.
        await workbench.TypeAsync("git init -q -b main && git config http.sslVerify false && mkdir /tmp/tls && openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout /tmp/tls/k -out /tmp/tls/c 2>/dev/null; echo ma''de");
        await workbench.WaitForTerminalAsync("^made");
        await workbench.TypeAsync(
            "node -e \"const f=require('fs');require('https').createServer({key:f.readFileSync('/tmp/tls/k'),cert:f.readFileSync('/tmp/tls/c')},(q,r)=>r.writeHead(401,{'WWW-Authenticate':'Basic realm=x'}).end()).listen(8443,'127.0.0.1',()=>console.log('listen'+'ing'))\" &");
        await workbench.WaitForTerminalAsync("^listening");
        await page.GetByTestId("toggle-git").ClickAsync();
        await page.GetByTestId("git-message").FillAsync("First");
        await page.GetByTestId("git-refresh").ClickAsync();
        await page.GetByTestId("git-commit").ClickAsync(new() { Timeout = Soon });
        await page.GetByTestId("git-addRemote").ClickAsync(new() { Timeout = Soon });
        await page.GetByTestId("dialog-text").FillAsync("https://127.0.0.1:8443/somebody/project.git");
        await page.GetByTestId("dialog-confirm").ClickAsync();

        await page.GetByTestId("git-publish").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("credential-host")).ToHaveTextAsync("127.0.0.1:8443", new() { Timeout = Soon });
        await Expect(page.GetByTestId("credential-repository")).ToHaveTextAsync("somebody/project.git");
        await Expect(page.GetByTestId("credential-operation")).ToHaveTextAsync("to push");
        await Expect(page.GetByTestId("credential-dialog")).ToContainTextAsync("programs that run in this REPL could read and use it");
        await Expect(page.GetByTestId("credential-github")).ToHaveCountAsync(0);
        await visitor.LookAsync("workbench-git-credential");
        await page.SetViewportSizeAsync(390, 844);
        await visitor.LookAsync("workbench-git-credential-small");
        await page.SetViewportSizeAsync(1440, 900);
        await page.GetByTestId("credential-give").ClickAsync();
        await Expect(page.GetByTestId("credential-problem")).ToBeVisibleAsync();
        await page.GetByTestId("credential-username").FillAsync("barbara");
        await page.GetByTestId("credential-password").FillAsync("not-the-right-one");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("git-note")).ToContainTextAsync("127.0.0.1:8443 did not accept", new() { Timeout = Soon });

        await page.GetByTestId("git-publish").ClickAsync();
        await page.GetByTestId("credential-cancel").ClickAsync(new() { Timeout = Soon });
        await Expect(page.GetByTestId("git-note")).ToContainTextAsync("none was given", new() { Timeout = Soon });

        Assert.Empty(visitor.Exceptions);
    }
}
