using Bunit;
using Bunit.Rendering;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Web.Dashboard;
using Xunit;

namespace Devex.Web.Tests.Pages;

[Trait("Tier", "integration")]
public sealed class DashboardTests : IAsyncLifetime
{
    private CoreDouble _core = null!;
    private PageContext _pages = null!;

    public async ValueTask InitializeAsync()
    {
        _core = await CoreDouble.StartAsync();
        _pages = new PageContext(_core);
    }

    public async ValueTask DisposeAsync()
    {
        await _pages.DisposeAsync();
        await _core.DisposeAsync();
    }

    [Fact]
    public void Nobody_without_repls_is_left_alone_with_an_empty_page()
    {
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Contains("Make your first REPL", page.Find("[data-testid=empty]").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal(["template-node", "template-go"], page.FindAll(".dx-tile").Select(tile => tile.GetAttribute("data-testid"))));
    }

    [Fact]
    public async Task Skeletons_stand_in_while_core_is_asked()
    {
        var answer = new TaskCompletionSource();
        _core.Open = answer.Task;
        var page = _pages.Show<DashboardPage>();
        Assert.Equal(3, page.FindAll("[aria-busy=true] .dx-skeleton").Count);
        answer.SetResult();
        await page.WaitForElementAsync("[data-testid=empty]");
        Assert.Empty(page.FindAll(".dx-skeleton"));
    }

    [Fact]
    public async Task What_core_refuses_is_said_in_its_words_and_can_be_tried_again()
    {
        _core.Problem = (503, "S3 is out of reach.");
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Contains("S3 is out of reach. Your files are safe.", page.Find(".dx-empty").TextContent, StringComparison.Ordinal));
        _core.Problem = null;
        await page.ClickAsync(".dx-empty button");
        await page.WaitForElementAsync("[data-testid=empty]");
    }

    [Fact]
    public async Task Repls_are_listed_running_ones_first_and_found_by_name_or_template()
    {
        _core.Repls.AddRange([CoreDouble.Repl("Notes"), CoreDouble.Repl("Server", ReplState.Running), CoreDouble.Repl("Scraper")]);
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal("Server", Names(page)[0]));
        Assert.Equal(3, Names(page).Count);
        await page.TypeAsync("input[type=search]", " SER ");
        page.WaitForAssertion(() => Assert.Equal(["Server"], Names(page)));
        await page.TypeAsync("input[type=search]", "node");
        page.WaitForAssertion(() => Assert.Equal(3, Names(page).Count));
        await page.TypeAsync("input[type=search]", "nothing <b>like</b> it");
        page.WaitForAssertion(() =>
            Assert.Contains("No REPL matches “nothing <b>like</b> it”", page.Find(".dx-none").TextContent, StringComparison.Ordinal));
        Assert.Empty(Names(page));
    }

    [Fact]
    public async Task What_others_own_has_its_own_page_and_can_be_left()
    {
        var lent = CoreDouble.Lent("Theirs");
        _core.Repls.AddRange([CoreDouble.Repl("Mine"), lent]);
        _pages.At("/shared");
        var shared = _pages.Show<DashboardPage>();
        shared.WaitForAssertion(() => Assert.Equal(["Theirs"], Names(shared)));
        Assert.Equal("Shared with me", shared.Find("h1").TextContent);
        Assert.Equal("Grace, Ada, Alan, Linus, Barbara", shared.Find("[data-testid=people]").GetAttribute("title"));
        Assert.Equal(3, shared.FindAll("[data-testid=people] .dx-avatar").Count);
        Assert.Contains("+2", shared.Find("[data-testid=people]").TextContent, StringComparison.Ordinal);
        // A viewer neither starts nor stops it.
        Assert.DoesNotContain(shared.FindAll(".dx-repl-actions button"), button => button.TextContent is "Start" or "Stop");
        Send(new ReplChanged(lent with { Role = Role.Editor }));
        shared.WaitForAssertion(() => Assert.Contains(shared.FindAll(".dx-repl-actions button"), button => button.TextContent == "Stop"));
        await shared.ClickAsync(() => Button(shared, "Theirs", "Stop"));
        Assert.Equal($"POST /api/repls/{lent.Id}/stop", await AskedAsync());
        Send(new ReplRemoved(lent.Id));
        shared.WaitForAssertion(() => Assert.Contains("Nothing is shared with you yet", shared.Find("[data-testid=nothing-shared]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void What_others_own_is_not_among_ones_own()
    {
        _core.Repls.AddRange([CoreDouble.Lent("Theirs"), CoreDouble.Repl("Mine")]);
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal(["Mine"], Names(page)));
    }

    [Fact]
    public void Changes_made_elsewhere_arrive_by_themselves()
    {
        var repl = CoreDouble.Repl("Notes");
        _core.Repls.Add(repl);
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal(["Notes"], Names(page)));
        Send(new ReplChanged(repl with { State = ReplState.Starting }));
        page.WaitForAssertion(() => Assert.Equal("starting", page.Find("[data-testid=repl]").GetAttribute("data-state")));
        Send(new ReplChanged(repl with { Name = "Renamed", State = ReplState.Running }));
        page.WaitForAssertion(() => Assert.Equal(["Renamed"], Names(page)));
        Send(new ReplChanged(CoreDouble.Repl("Another")));
        page.WaitForAssertion(() => Assert.Equal(["Renamed", "Another"], Names(page)));
        Send(new ReplRemoved(repl.Id));
        page.WaitForAssertion(() => Assert.Equal(["Another"], Names(page)));
    }

    [Fact]
    public void After_a_lost_connection_the_page_shows_what_is_there_now()
    {
        _core.Repls.Add(CoreDouble.Repl("Notes"));
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal(["Notes"], Names(page)));
        // Only then does the page listen: the event proves it.
        Send(new ReplChanged(CoreDouble.Repl("Heard")));
        page.WaitForAssertion(() => Assert.Contains("Heard", Names(page)));
        _core.Repls.Clear();
        _core.Repls.Add(CoreDouble.Repl("Meanwhile"));
        _core.LoseEvents();
        page.WaitForAssertion(() => Assert.Equal(["Meanwhile"], Names(page)));
    }

    [Fact]
    public void A_repl_that_failed_says_why()
    {
        _core.Repls.Add(CoreDouble.Repl("Notes", problem: "go is not installed."));
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal("go is not installed.", page.Find(".dx-repl-problem").TextContent));
    }

    [Fact]
    public void A_start_that_cannot_go_on_says_what_it_waits_for()
    {
        var now = DateTimeOffset.UtcNow;
        var stages = new[] { new ProgressStage("queued", now, now), new ProgressStage("restoring", now, null, Waiting: "S3 does not answer.") };
        _core.Repls.Add(CoreDouble.Repl("Notes", ReplState.Starting) with { Progress = new SessionProgress("session", ProgressKind.Start, now, stages) });
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal("S3 does not answer.", page.Find(".dx-repl-problem").TextContent));
    }

    [Fact]
    public async Task Start_and_stop_are_what_they_say()
    {
        var (stopped, running) = (CoreDouble.Repl("Stopped one"), CoreDouble.Repl("Running one", ReplState.Running));
        _core.Repls.AddRange([stopped, running]);
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal(2, Names(page).Count));
        await page.ClickAsync(() => Button(page, "Stopped one", "Start"));
        Assert.Equal($"POST /api/repls/{stopped.Id}/start", await AskedAsync());
        await page.ClickAsync(() => Button(page, "Running one", "Stop"));
        Assert.Equal($"POST /api/repls/{running.Id}/stop", await AskedAsync());
    }

    [Fact]
    public async Task What_could_not_be_deleted_is_not_said_to_be_in_the_trash()
    {
        _core.Repls.Add(CoreDouble.Repl("Notes"));
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal(["Notes"], Names(page)));
        await page.ClickAsync(".dx-more button");
        page.WaitForAssertion(() => Assert.NotNull(page.Find(".mud-menu-item .dx-danger")));
        _core.Problem = (503, "Redis does not answer at the moment.");
        var delete = page.ClickAsync(() => page.Find(".mud-menu-item .dx-danger").Closest(".mud-menu-item")!);
        page.WaitForAssertion(() => Assert.Contains("Delete Notes?", page.Find(".mud-dialog").TextContent, StringComparison.Ordinal));
        await page.ClickAsync(() => page.FindAll(".mud-dialog button").Single(button => button.TextContent.Trim() == "Delete"));
        await delete;
        page.WaitForAssertion(() => Assert.Contains("Notes could not be deleted. Redis does not answer at the moment.", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("is in the trash", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("@(1+1) {{constructor}}")]
    [InlineData("\u202Egpj.exe")]
    [InlineData("'); DROP TABLE repls;--")]
    public void A_hostile_name_is_text_wherever_it_shows(string name)
    {
        _core.Repls.Add(CoreDouble.Repl(name, problem: name, preview: name));
        var page = _pages.Show<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal([name], Names(page)));
        Assert.Equal(name, page.Find(".dx-repl-name").TextContent);
        Assert.Equal(name, page.Find(".dx-repl-preview").TextContent);
        Assert.Equal(name, page.Find(".dx-repl-problem").TextContent);
        Assert.Empty(page.FindAll("script, img[src=x], [onerror]"));
    }

    private static List<string?> Names(IRenderedComponent<ContainerFragment> page) =>
        [.. page.FindAll("[data-testid=repl]").Select(card => card.GetAttribute("data-name"))];

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<ContainerFragment> page, string repl, string text) =>
        page.FindAll($"[data-name='{repl}'] button").Single(button => button.TextContent == text);

    private void Send(DevexEvent next) => Assert.True(_core.Events.Writer.TryWrite(next));

    private async Task<string> AskedAsync() =>
        await _core.Asked.Reader.ReadAsync(Xunit.TestContext.Current.CancellationToken).AsTask().WaitAsync(PageContext.Patience);
}
