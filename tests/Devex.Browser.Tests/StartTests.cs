using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>The page of a REPL while it starts. Here starts take no time worth showing, so that the events that tell of one are made up.</summary>
public sealed class StartTests(Product product, Chromium chromium)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private const string NoStorage = "The files could not be fetched: the storage does not answer.";

    [Fact]
    public async Task A_start_shows_its_stages_as_they_happen_and_what_failed()
    {
        foreach (var (width, height, light, name) in ((int, int, bool, string)[])[(1440, 900, false, "desktop-dark"), (390, 844, true, "phone-light")])
        {
            await using var visitor = await chromium.VisitAsync(product, width, height, light);
            await visitor.SignInAsync("alan");
            await WatchAsync(visitor, name);
        }
    }

    [Fact]
    public async Task Who_clicks_twice_gets_one_dialog()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("grace");
        var page = visitor.Page;
        await Expect(page.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        var dialogs = page.GetByRole(AriaRole.Dialog);
        // And once more after that.
        for (var i = 0; i < 2; i++)
        {
            await page.GetByTestId("new-repl").First.DblClickAsync();
            await Expect(dialogs.First).ToBeVisibleAsync();
            // It is asked for after both clicks, and closes the one in front alone.
            await dialogs.Last.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Expect(dialogs).ToHaveCountAsync(0);
        }
        Assert.Empty(visitor.Exceptions);
    }

    [Fact]
    public async Task A_page_asks_for_all_that_it_begins_with_at_once_and_for_no_module_twice()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("linus");
        var page = visitor.Page;
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) =>
        {
            if (request.Url.EndsWith(".js", StringComparison.Ordinal))
                asked.Enqueue(request.Url);
        };
        var name = "Imports " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("bash", name);
        await new WorkbenchPage(page).ReadyAsync();
        asked.Clear();
        await page.ReloadAsync();
        await new WorkbenchPage(page).ReadyAsync();
        var told = await page.Locator("link[rel=modulepreload]").EvaluateAllAsync<string[]>("links => links.map(link => link.href)");
        Assert.Contains(told, module => module.Contains("/workbench/workbench.", StringComparison.Ordinal));
        Assert.All(told, module => Assert.Contains(module, asked));
        Assert.Equal(asked.Distinct(), asked);
        // The rest is what it imports later, each when it is wanted.
        var first = await page.EvaluateAsync<string[]>("async () => (await (await fetch('/workbench/first.json')).json())");
        Assert.Equal(first.Length, told.Length);
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }

    [Fact]
    public async Task A_new_repl_that_may_not_start_says_why()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("ada");
        var tag = Guid.NewGuid().ToString("N")[..4];
        var limit = await page.EvaluateAsync<int>("async () => (await (await fetch('/api/me')).json()).limits.running");
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        for (var n = 0; n < limit; n++)
        {
            var id = await visitor.MakeReplAsync("bash", $"Running {tag} {n}");
            // What a test before this one has stopped may still be being saved.
            while (await visitor.StartReplAsync(id) is 409)
                await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        await visitor.CreateReplAsync("bash", $"One more {tag}");
        var overlay = new WorkbenchPage(page).Overlay;
        await Expect(overlay.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Not started", new() { Timeout = 30_000 });
        await Expect(overlay.GetByRole(AriaRole.Status)).ToContainTextAsync("run already");
        await visitor.LookAsync("start-refused");
        // It was asked for once; a reload asks for nothing.
        await page.ReloadAsync();
        await Expect(overlay.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Stopped");
        Assert.Empty(visitor.Exceptions);

        var address = page.Url;
        await visitor.StopReplAsync($"Running {tag} 0");
        await page.GotoAsync(address);
        await overlay.GetByTestId("start").ClickAsync();
        await new WorkbenchPage(page).ConnectedAsync();
    }

    private static async Task WatchAsync(Visitor visitor, string name)
    {
        var page = visitor.Page;
        var id = await visitor.MakeReplAsync("python", "Slow to start " + Guid.NewGuid().ToString("N")[..4]);
        var repl = JsonNode.Parse(await page.EvaluateAsync<string>("async id => (await fetch(`/api/repls/${id}`)).text()", id))!;
        IWebSocketRoute? events = null;
        await page.RouteWebSocketAsync(new Regex("/api/events$"), route =>
        {
            events = route;
            route.Send(new JsonObject { ["type"] = "snapshot", ["repls"] = new JsonArray(repl.DeepClone()) }.ToJsonString());
        });
        await page.RouteAsync($"**/api/repls/{id}", route => route.FulfillAsync(new() { ContentType = "application/json", Body = repl.ToJsonString() }));
        var overlay = new WorkbenchPage(page).Overlay;
        var stages = overlay.GetByTestId("waterfall").GetByRole(AriaRole.Listitem);

        Tell("starting", null, Stage("queued", 900, 860));
        await page.GotoAsync($"/r/{id}");
        await Expect(overlay.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Starting");
        await Expect(stages).ToHaveTextAsync([new Regex("^Queued *40 ms$")]);

        Tell("starting", null, Stage("queued", 900, 860), Stage("restoring", 860, null, 3_000_000, 12_000_000));
        await Expect(stages).ToHaveCountAsync(2);
        await Expect(stages.Last).ToContainTextAsync("Restoring files");
        await Expect(stages.Last.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "3000000");
        await visitor.LookAsync($"start-restoring-{name}");

        Tell("starting", null, Stage("queued", 900, 860), Stage("restoring", 860, null, 3_000_000, 12_000_000, waiting: "S3 does not answer. It is asked again and again, and nothing is lost."));
        await Expect(stages.Last).ToContainTextAsync("S3 does not answer.");
        await visitor.LookAsync($"start-waits-{name}");

        Tell("stopped", NoStorage, Stage("queued", 900, 860), Stage("restoring", 860, 100, failed: NoStorage));
        await Expect(overlay.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Not started");
        await Expect(overlay.GetByRole(AriaRole.Status)).ToHaveTextAsync(NoStorage);
        await Expect(overlay.GetByTestId("start")).ToBeEnabledAsync();
        await visitor.LookAsync($"start-failed-{name}");

        void Tell(string state, string? problem, params JsonNode[] told)
        {
            (repl["state"], repl["problem"]) = (state, problem);
            repl["progress"] = new JsonObject { ["sessionId"] = "s", ["kind"] = "start", ["startedAt"] = Before(900), ["stages"] = new JsonArray(told) };
            events?.Send(new JsonObject { ["type"] = "repl", ["repl"] = repl.DeepClone() }.ToJsonString());
        }
    }

    private static JsonObject Stage(string name, int started, int? ended, long? done = null, long? total = null, string? failed = null, string? waiting = null) => new()
    {
        ["name"] = name,
        ["startedAt"] = Before(started),
        ["endedAt"] = ended is { } at ? Before(at) : null,
        ["done"] = done,
        ["total"] = total,
        ["failed"] = failed,
        ["waiting"] = waiting,
    };

    private static DateTimeOffset Before(int milliseconds) => Now.AddMilliseconds(-milliseconds);
}
