using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>A page and its circuit: before it is there, when it is lost, and when it cannot begin.</summary>
public sealed class CircuitTests(Product product, Chromium chromium)
{
    [Fact]
    public async Task A_page_that_lost_its_circuit_says_so_and_goes_on_by_itself()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var line = await SessionLine.OfAsync(visitor.Page, "/_blazor");
        await visitor.SignInAsync("grace");
        await visitor.Page.GetByTestId("new-repl").First.ClickAsync();
        var name = visitor.Page.GetByTestId("repl-name");
        await name.FillAsync("Half a na");

        await line.CutAsync();
        var banner = visitor.Page.GetByText("Connection lost. Reconnecting…");
        await Expect(banner).ToBeVisibleAsync();
        await visitor.PictureAsync("dashboard-reconnecting");
        await line.Refused;
        line.Mend();
        await Expect(banner).ToBeHiddenAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();

        // The same page, with what was typed into it.
        await Expect(name).ToHaveValueAsync("Half a na");
        await visitor.Page.GetByTestId("template-bash").ClickAsync();
        await Expect(visitor.Page.GetByTestId("template-bash")).ToHaveAttributeAsync("aria-checked", "true");
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("hung up")]
    [InlineData("without Blazor")]
    public async Task A_page_that_cannot_connect_says_so_and_a_new_one_works(string how)
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("grace");
        var mended = false;
        await page.RouteWebSocketAsync(new Regex("/_blazor(\\?|$)"), socket =>
        {
            if (mended)
                socket.ConnectToServer();
            else if (how == "hung up")
                HangUp(socket);
            else
                _ = socket.CloseAsync(new() { Code = 1001 });
        });
        if (how == "without Blazor")
            await page.RouteAsync("**/_framework/blazor.web*.js", route => mended ? route.ContinueAsync() : route.AbortAsync());
        var notice = page.GetByRole(AriaRole.Alert);
        var live = page.Locator(".dx-shell[data-live]");

        await page.GotoAsync("/");
        await Expect(notice).ToContainTextAsync("This page could not connect, so its buttons do nothing.");
        await Expect(page.GetByText("Connection lost")).ToBeHiddenAsync();
        foreach (var (width, height, light, name) in how != "refused" ? [] : PagesTests.Screens.Select(row => row.Data))
        {
            await page.SetViewportSizeAsync(width, height);
            await page.EvaluateAsync("theme => document.documentElement.dataset.theme = theme", light ? "light" : "dark");
            await visitor.LookAtOnceAsync($"page-cannot-connect-{name}");
        }

        // A new page of the same is no better as long as nothing else is; then it is, by its button or by a link.
        await page.EvaluateAsync("() => window.old = true");
        await notice.GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
        await page.WaitForFunctionAsync("() => !window.old");
        await Expect(notice).ToBeVisibleAsync();
        mended = true;
        if (how == "hung up")
            await page.GetByRole(AriaRole.Link, new() { Name = "Templates" }).ClickAsync();
        else
            await notice.GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
        await Expect(live).ToBeVisibleAsync();
        await Expect(notice).ToBeHiddenAsync();
        await page.GotoAsync("/");
        await page.GetByTestId("new-repl").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();

        // Takes the greeting, and ends at what begins the circuit: too long, for one.
        static void HangUp(IWebSocketRoute socket)
        {
            var server = socket.ConnectToServer();
            var greeted = false;
            socket.OnMessage(frame =>
            {
                if (greeted)
                {
                    _ = socket.CloseAsync(new() { Code = 1011 });
                    _ = server.CloseAsync();
                    return;
                }
                greeted = true;
                if (frame.Text is { } text)
                    server.Send(text);
                else
                    server.Send(frame.Binary!);
            });
        }
    }

    [Fact]
    public async Task A_page_whose_circuit_broke_says_so_and_a_new_one_works()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var line = await SessionLine.OfAsync(visitor.Page, "/_blazor");
        await visitor.SignInAsync("grace");
        var live = visitor.Page.Locator(".dx-shell[data-live]");
        await Expect(live).ToBeVisibleAsync();

        // As the server tells of an exception that no page of ours caught: length, call without headers and number, method, arguments.
        line.Tell([19, 0x95, 1, 0x80, 0xc0, 0xa8, .. "JS.Error"u8, 0x91, 0xa4, .. "boom"u8]);
        var notice = visitor.Page.GetByRole(AriaRole.Alert);
        await Expect(notice).ToContainTextAsync("This page broke, so its buttons do nothing any more.");
        await notice.GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
        await Expect(notice).ToBeHiddenAsync();
        await Expect(live).ToBeVisibleAsync();
    }

    /// <summary>What a page was drawn from goes back with the message that begins its circuit, for which SignalR alone would take 32 KiB.</summary>
    [Fact]
    public async Task A_dashboard_works_also_with_as_many_repls_as_one_may_have()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("margaret");
        var made = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const { token } = await (await fetch("/api/antiforgery")).json();
              const ask = async (method, path, body) => {
                const answer = await fetch(path, { method, headers: { "X-Devex-Antiforgery": token, "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
                if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
                return answer.status === 204 ? undefined : answer.json();
              };
              const comes = async (id, state) => {
                while ((await ask("GET", `/api/repls/${id}`)).state !== state) await new Promise((resolve) => setTimeout(resolve, 100));
              };
              const made = [];
              // Each with the stages of a start and a stop.
              while ((/Blazor-Server-Component-State:(.*?)-->/s.exec(await (await fetch("/")).text())?.[1].length ?? 0) < 40_000) {
                const { id } = await ask("POST", "/api/repls", { template: "bash", name: "Many ".padEnd(60, "x") + made.length });
                made.push(id);
                await ask("POST", `/api/repls/${id}/start`);
                await comes(id, "running");
                await ask("POST", `/api/repls/${id}/stop`);
                await comes(id, "stopped");
              }
              return made;
            }
            """);
        await page.GotoAsync("/");
        await page.GetByTestId("new-repl").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        foreach (var id in made)
            await visitor.DeleteReplAsync(id);
        await page.GotoAsync("/trash");
        await Expect(page.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task What_is_done_before_the_circuit_is_there_is_not_lost()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("grace");
        var create = page.GetByTestId("new-repl").First;
        var dialog = page.GetByRole(AriaRole.Dialog);
        // The circuit's script is held back until then.
        var held = new TaskCompletionSource();
        await page.RouteAsync("**/_framework/blazor.web*.js", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });

        await LoadAsync("/");
        await create.ClickAsync();
        held.SetResult();
        await Expect(dialog).ToBeVisibleAsync();

        // A button that is drawn anew while it is held down.
        await LoadAsync("/");
        await create.HoverAsync();
        await page.Mouse.DownAsync();
        await GoOnAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await page.Mouse.UpAsync();
        await Expect(dialog).ToBeVisibleAsync();

        // Who moves away before letting go did not mean it.
        await LoadAsync("/");
        await create.HoverAsync();
        await page.Mouse.DownAsync();
        await GoOnAsync();
        await page.Mouse.MoveAsync(2, 2);
        await page.Mouse.UpAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await create.ClickAsync();
        await Expect(dialog).ToHaveCountAsync(1);

        // What is typed, and where: it filters as if it had been typed a moment later.
        await LoadAsync("/templates");
        var search = page.GetByLabel("Search templates");
        await search.ClickAsync();
        await page.Keyboard.TypeAsync("pyth");
        await GoOnAsync();
        await Expect(page.GetByTestId("template-node")).ToBeHiddenAsync();
        await Expect(search).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("on");
        await Expect(search).ToHaveValueAsync("python");
        await Expect(page.GetByTestId("template-python")).ToBeVisibleAsync();
        Assert.Empty(visitor.Exceptions);

        async Task LoadAsync(string path)
        {
            held = new TaskCompletionSource();
            await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Commit });
        }

        async Task GoOnAsync()
        {
            await Expect(page.Locator(".dx-shell:not([data-live])")).ToBeVisibleAsync();
            held.SetResult();
            await Expect(page.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        }
    }
}
