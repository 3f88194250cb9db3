using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>The developer's dashboard: of the real product, and under a flood that a test plays.</summary>
public sealed class DashboardTests(Product product, Chromium chromium)
{
    private static readonly string[] Resources = ["redis", "core", "s3", "gateway", "web"];

    [Theory, MemberData(nameof(PagesTests.Screens), MemberType = typeof(PagesTests))]
    public async Task Every_page_is_accessible_and_fits(int width, int height, bool light, string name)
    {
        await using var visitor = await VisitAsync(width, height, light);
        var page = visitor.Page;
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/login");
        await LookAsync("login");

        await LogInAsync(visitor, product.Dashboard, light);
        foreach (var resource in Resources)
            await Expect(Row(page, resource)).ToHaveAttributeAsync("data-health", "Healthy");
        await LookAsync("resources");
        await Row(page, "core").GetByRole(AriaRole.Button, new() { Name = "core", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("details").Locator("[data-name=Keys__Ticket]")).ToContainTextAsync("••••");
        await LookAsync("details");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close details" }).ClickAsync();
        await page.GetByTestId("graph").ClickAsync();
        await Expect(page.Locator(".db-node")).ToHaveCountAsync(Resources.Length);
        await LookAsync("graph");

        await page.GotoAsync("/console");
        await Expect(page.GetByTestId("lines").Locator(".db-line").First).ToBeVisibleAsync();
        await LookAsync("console");
        await page.GotoAsync("/logs");
        await Expect(page.GetByTestId("log").First).ToBeVisibleAsync();
        await LookAsync("logs");
        await page.GotoAsync("/traces");
        await page.GetByTestId("trace").First.ClickAsync();
        await Expect(page.GetByTestId("span").First).ToBeVisibleAsync();
        await LookAsync("trace");
        await page.GotoAsync("/metrics");
        await Expect(page.GetByTestId("chart")).ToBeVisibleAsync();
        await LookAsync("metrics");
        await page.GotoAsync("/parameters");
        await Expect(page.Locator("[data-name=ticket-key]")).ToContainTextAsync("••••");
        await LookAsync("values");

        async Task LookAsync(string what)
        {
            // The circuit draws once more what was there before it, the title too.
            await Expect(page.Locator(".dx-plain, .dx-shell[data-live]")).ToBeVisibleAsync();
            await Expect(page).ToHaveTitleAsync(new Regex("Dashboard|AppHost"));
            await visitor.LookAsync($"dashboard-{what}-{name}");
        }
    }

    [Fact]
    public async Task A_start_is_one_trace_from_the_click_to_the_prompt()
    {
        await using var maker = await chromium.VisitAsync(product);
        await maker.SignInAsync("alan");
        await maker.CreateReplAsync("bash", "Traced");
        await new WorkbenchPage(maker.Page).ReadyAsync();

        await using var visitor = await VisitAsync();
        var page = visitor.Page;
        await LogInAsync(visitor, product.Dashboard);
        await page.GotoAsync("/traces?resource=runner");
        // What serve measured comes with Core's next look at it.
        await page.GetByTestId("trace").First.ClickAsync(new() { Timeout = 120_000 });
        await Expect(page).ToHaveURLAsync(new Regex("/traces/[0-9a-f]{32}$"));
        foreach (var resource in (string[])["web", "core", "runner"])
            await Expect(page.Locator($"[data-testid=span][data-resource={resource}]").First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        foreach (var step in (string[])["session prepare", "session restore", "session serve", "serve start", "terminal prompt"])
            await Expect(page.GetByTestId("span").Filter(new() { HasText = step }).First).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(page.Locator("[data-testid=span][data-resource=runner]").First).ToHaveAttributeAsync("data-untrusted", "true");
        await visitor.PictureAsync("dashboard-start");
        await maker.StopReplAsync("Traced");
    }

    [Fact]
    public async Task A_list_may_be_left_before_it_is_ready()
    {
        await using var visitor = await VisitAsync();
        var page = visitor.Page;
        // Before any page: what one that is open asks for in this moment may pass by.
        var (asked, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        await page.RouteAsync("**/line-list*.js", async route =>
        {
            asked.TrySetResult();
            await held.Task;
            await route.ContinueAsync();
        });
        await LogInAsync(visitor, product.Dashboard);
        await Expect(page.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Traces" }).ClickAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await page.GetByTestId("trace").First.ClickAsync();
        await Expect(page.GetByTestId("waterfall")).ToBeVisibleAsync();
        held.SetResult();
        await page.EvaluateAsync("import(new URL('./line-list.js', document.baseURI)).then(() => true)");
        // What became of the list is told before this press is.
        await page.GetByTestId("span").First.ClickAsync();
        await Expect(page.GetByTestId("details")).ToBeVisibleAsync();
        Assert.Empty(visitor.Errors);
    }

    [Fact]
    public async Task A_restart_is_one_click_and_the_console_goes_on()
    {
        await using var visitor = await VisitAsync();
        var page = visitor.Page;
        await LogInAsync(visitor, product.Dashboard);
        await Expect(Row(page, "gateway")).ToHaveAttributeAsync("data-health", "Healthy");
        await page.GotoAsync("/console?resource=gateway");
        var lines = page.GetByTestId("lines");
        await Expect(lines).ToBeVisibleAsync();
        var before = await TotalAsync(lines);
        await page.GotoAsync("/");
        // A restart may be over before anybody saw it: what it leaves is a later start.
        var started = Row(page, "gateway").Locator("time");
        var first = await started.GetAttributeAsync("title");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restart gateway" }).ClickAsync();
        await Expect(started).Not.ToHaveAttributeAsync("title", first!);
        await Expect(Row(page, "gateway")).ToHaveAttributeAsync("data-health", "Healthy");
        await page.GotoAsync("/console?resource=gateway");
        await Expect(lines).ToBeVisibleAsync();
        Assert.True(await TotalAsync(lines) > before, "What it said before the restart is gone.");
    }

    [Fact]
    public async Task One_project_is_rebuilt_and_restarted_from_its_menu()
    {
        await using var visitor = await VisitAsync();
        var page = visitor.Page;
        await LogInAsync(visitor, product.Dashboard);
        await Expect(page.Locator(".dx-shell[data-live]")).ToBeVisibleAsync();
        await Expect(Row(page, "gateway")).ToHaveAttributeAsync("data-health", "Healthy");
        await Row(page, "gateway").GetByRole(AriaRole.Button, new() { Name = "More for gateway" }).ClickAsync();
        await visitor.PictureAsync("dashboard-menu");
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Rebuild and restart" }).ClickAsync();
        await Expect(Row(page, "gateway")).ToHaveAttributeAsync("data-state", "Building", new() { Timeout = 60_000 });
        await Expect(Row(page, "gateway")).ToHaveAttributeAsync("data-health", "Healthy", new() { Timeout = 120_000 });
        await page.GotoAsync("/console?resource=gateway");
        foreach (var line in (Regex[])[new("builds .*Devex.Gateway.csproj"), new("Devex.Gateway -> .*Devex.Gateway.dll")])
            await Expect(page.Locator(".db-line").Filter(new() { HasTextRegex = line }).First).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task Clicks_are_answered_while_a_thousand_lines_come_each_second()
    {
        await using var dashboard = await LoneDashboard.StartAsync();
        await dashboard.TellAsync("core", "Running", new { health = "Healthy" });
        await dashboard.TellAsync("web", "Failed to start", new { failure = "ended with exit code 134 (aborted: an exception nobody handled) after 0.3 s; its last lines:\n    Unhandled exception: no paper" });
        await dashboard.WriteLinesAsync("web", ["the only line"]);
        using var flood = new CancellationTokenSource();
        var flooding = dashboard.FloodAsync("core", flood.Token);
        await using var visitor = await VisitAsync();
        var page = visitor.Page;
        await LogInAsync(visitor, dashboard.Address);
        await Expect(page.GetByTestId("failure")).ToContainTextAsync("no paper");
        await visitor.LookAsync("dashboard-failing");

        await page.GetByRole(AriaRole.Link, new() { Name = "Console", Exact = true }).First.ClickAsync();
        var lines = page.GetByTestId("lines");
        await Expect(lines).ToBeVisibleAsync();
        var first = await LastNumberAsync(page);
        await WaitForAsync(async () => await LastNumberAsync(page) > first + 2000);
        await visitor.PictureAsync("dashboard-flood");

        await page.GetByTestId("pause").ClickAsync();
        await Expect(page.GetByTestId("pause")).ToHaveTextAsync("Resume");
        var still = await LastNumberAsync(page);
        await page.GetByTestId("pick-resource").SelectOptionAsync("web");
        await Expect(page.Locator(".db-line")).ToHaveCountAsync(1);
        await page.GetByTestId("pick-resource").SelectOptionAsync("");
        await page.GetByTestId("pause").ClickAsync();
        await WaitForAsync(async () => await LastNumberAsync(page) > still);

        await page.GetByTestId("search").FillAsync("needle");
        await Expect(page.Locator(".db-line").First).ToContainTextAsync("needle");
        await Expect(page.Locator(".db-line").Filter(new() { HasText = "hay" })).ToHaveCountAsync(0);
        await page.GetByTestId("search").FillAsync("");
        await lines.HoverAsync();
        await page.Mouse.WheelAsync(0, -2000);
        await Expect(page.GetByTestId("follow")).ToBeVisibleAsync();
        var here = await LastNumberAsync(page);
        await page.GetByTestId("follow").ClickAsync();
        await WaitForAsync(async () => await LastNumberAsync(page) > here);
        await page.GetByRole(AriaRole.Link, new() { Name = "Traces" }).ClickAsync();
        await Expect(page.GetByTestId("nothing")).ToBeVisibleAsync();
        Assert.False(flooding.IsCompleted);
        Assert.Empty(visitor.Errors);
        await flood.CancelAsync();
        await flooding;
    }

    private static ILocator Row(IPage page, string resource) => page.Locator($"[data-testid=resource][data-name={resource}]");

    private Task<Visitor> VisitAsync(int width = 1440, int height = 900, bool light = false) =>
        chromium.VisitAsync(new Uri(product.Dashboard, "/"), width, height, light);

    private static async Task LogInAsync(Visitor visitor, Uri address, bool light = false)
    {
        if (light)
            await visitor.Context.AddCookiesAsync([new Cookie { Name = "devex-theme", Value = "light", Url = new Uri(address, "/").ToString() }]);
        await visitor.Page.GotoAsync(address.ToString());
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Resources", Exact = true })).ToBeVisibleAsync();
        Assert.DoesNotContain("t=", visitor.Page.Url);
    }

    private static async Task<int> TotalAsync(ILocator lines) => int.Parse((await lines.GetAttributeAsync("data-total"))!, CultureInfo.InvariantCulture);

    /// <summary>Number of the newest request that is in sight.</summary>
    private static async Task<int> LastNumberAsync(IPage page) => await page.EvaluateAsync<int>(
        """
        () => {
          const box = document.querySelector("[data-testid=lines]").getBoundingClientRect();
          const seen = [...document.querySelectorAll(".db-line")].filter((line) => { const row = line.getBoundingClientRect(); return row.top >= box.top && row.bottom <= box.bottom + 1; });
          return Math.max(-1, ...seen.map((line) => Number(/request (\d+)/.exec(line.textContent)?.[1] ?? -1)));
        }
        """);

    private static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
            await tick.WaitForNextTickAsync(limit.Token);
    }
}
