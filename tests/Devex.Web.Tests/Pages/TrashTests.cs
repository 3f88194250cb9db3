using Bunit;
using Devex.Web.Trash;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Web.Tests.Pages;

[Trait("Tier", "integration")]
public sealed class TrashTests : IAsyncLifetime
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
    public void An_empty_trash_says_what_it_is_for()
    {
        var page = _pages.Show<TrashPage>();
        page.WaitForAssertion(() => Assert.Contains("7 days", page.Find(".dx-empty").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_brought_back_is_found_on_the_dashboard()
    {
        var repl = CoreDouble.Repl("<i>Old</i>");
        _core.Trash.Add(repl);
        var page = _pages.Show<TrashPage>();
        Assert.Equal("<i>Old</i>", (await page.WaitForElementAsync("[data-testid=trashed] .dx-repl-name")).TextContent);
        await page.ClickAsync("[data-testid=trashed] button");
        Assert.Equal($"POST /api/repls/{repl.Id}/restore", await _core.Asked.Reader.ReadAsync(Xunit.TestContext.Current.CancellationToken));
        page.WaitForAssertion(() => Assert.Equal("http://localhost/", _pages.Services.GetRequiredService<NavigationManager>().Uri));
    }

    [Fact]
    public async Task What_cannot_be_brought_back_says_why()
    {
        _core.Trash.Add(CoreDouble.Repl("Old"));
        var page = _pages.Show<TrashPage>();
        await page.WaitForElementAsync("[data-testid=trashed]");
        _core.Problem = (409, "You have 10 REPLs, which is your limit.");
        await page.ClickAsync("[data-testid=trashed] button");
        page.WaitForAssertion(() => Assert.Equal("You have 10 REPLs, which is your limit.", page.Find("[role=alert]").TextContent));
    }

    [Fact]
    public async Task A_core_that_does_not_answer_is_no_empty_trash_and_can_be_asked_again()
    {
        _core.Trash.Add(CoreDouble.Repl("Old"));
        _core.Problem = (503, "Out of reach.");
        var page = _pages.Show<TrashPage>();
        page.WaitForAssertion(() => Assert.Contains("cannot be shown", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("is empty", page.Markup, StringComparison.Ordinal);
        _core.Problem = null;
        await page.ClickAsync("[role=alert] button");
        await page.WaitForElementAsync("[data-testid=trashed]");
        Assert.Empty(page.FindAll("[role=alert]"));
    }
}
