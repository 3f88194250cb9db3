using Bunit;
using Bunit.Rendering;
using Bunit.TestDoubles;
using Devex.Web.Dashboard;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Web.Tests.Pages;

[Trait("Tier", "integration")]
public sealed class NewReplTests : IAsyncLifetime
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
    public async Task A_repl_is_made_started_and_opened()
    {
        var page = await OpenAsync();
        await page.TypeAsync("[data-testid=repl-name]", "  My notes ");
        await page.SubmitAsync("form#new-repl");
        Assert.Equal("""POST /api/repls {"name":"  My notes ","template":"node"}""", await AskedAsync());
        Assert.Matches("^POST /api/repls/[0-9a-z]{12}/start$", await AskedAsync());
        page.WaitForAssertion(() => Assert.Matches("/r/[0-9a-z]{12}$", Navigation.Uri));
        Assert.True(Navigation.History.First().Options.ForceLoad);
    }

    [Fact]
    public async Task An_empty_name_is_left_to_core()
    {
        var page = await OpenAsync();
        await page.TypeAsync("[data-testid=repl-name]", "   ");
        await page.SubmitAsync("form#new-repl");
        Assert.Equal("""POST /api/repls {"name":null,"template":"node"}""", await AskedAsync());
    }

    [Fact]
    public async Task What_core_finds_wrong_is_said_in_the_dialog_which_stays_open()
    {
        var page = await OpenAsync();
        _core.Problem = (400, "A name has letters, digits, spaces and - _ .");
        await page.TypeAsync("[data-testid=repl-name]", "a/b?");
        await page.SubmitAsync("form#new-repl");
        page.WaitForAssertion(() => Assert.Equal("A name has letters, digits, spaces and - _ .", page.Find("[role=alert]").TextContent));
        Assert.False(page.Find("[data-testid=create-repl]").HasAttribute("disabled"));
        Assert.Equal("a/b?", page.Find("[data-testid=repl-name]").GetAttribute("value"));
        Assert.Empty(Navigation.History);
    }

    [Fact]
    public async Task Who_presses_twice_makes_one()
    {
        var page = await OpenAsync();
        var answer = new TaskCompletionSource();
        _core.Open = answer.Task;
        var first = page.SubmitAsync("form#new-repl");
        page.WaitForAssertion(() => Assert.Equal("Creating…", page.Find("[data-testid=create-repl]").TextContent));
        await page.SubmitAsync("form#new-repl");
        answer.SetResult();
        await first;
        Assert.StartsWith("POST /api/repls {", await AskedAsync(), StringComparison.Ordinal);
        Assert.EndsWith("/start", await AskedAsync(), StringComparison.Ordinal);
        Assert.False(_core.Asked.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_template_whose_tool_is_missing_says_so_before_anything_is_made()
    {
        var page = await OpenAsync();
        Assert.Empty(page.FindAll(".dx-dialog .dx-notice"));
        await page.ClickAsync(".dx-dialog [data-testid=template-go]");
        page.WaitForAssertion(() => Assert.StartsWith(
            "go is not installed where this REPL would run.", page.Find(".dx-dialog .dx-notice").TextContent, StringComparison.Ordinal));
        Assert.Equal("true", page.Find(".dx-dialog [data-testid=template-go]").GetAttribute("aria-checked"));
    }

    [Fact]
    public async Task Templates_are_searched()
    {
        var page = await OpenAsync();
        await page.TypeAsync(".dx-dialog input[type=search]", "javascript");
        page.WaitForAssertion(() => Assert.Equal(
            ["template-node"], page.FindAll(".dx-dialog .dx-tile").Select(tile => tile.GetAttribute("data-testid"))));
    }

    private BunitNavigationManager Navigation => (BunitNavigationManager)_pages.Services.GetRequiredService<NavigationManager>();

    private async Task<IRenderedComponent<ContainerFragment>> OpenAsync()
    {
        var page = _pages.Show<DashboardPage>();
        await page.WaitForElementAsync("[data-testid=new-repl]");
        await page.ClickAsync("[data-testid=new-repl]");
        await page.WaitForElementAsync("form#new-repl");
        return page;
    }

    private async Task<string> AskedAsync() =>
        await _core.Asked.Reader.ReadAsync(Xunit.TestContext.Current.CancellationToken).AsTask().WaitAsync(PageContext.Patience);
}
