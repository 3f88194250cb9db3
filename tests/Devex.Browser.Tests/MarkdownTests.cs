using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>A Markdown file as it is meant to be read, beside its text.</summary>
public sealed class MarkdownTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    private const string Text = """
        # Greetings
        Read **this**, [the manual](https://example.com/manual) or [the script](./main.sh).
        ## Parts
        - [x] words
        - [ ] deeds

        | a | b |
        |---|---|
        | 1 | 2 |

        <script>document.title = "taken"</script><b onclick="document.title = 'taken'" style="position:fixed">bold</b>
        [bad](javascript:alert(1)) ![a picture](https://example.com/spy.png)
        <iframe src="https://example.com/"></iframe>

        ```js
        const answer = 42;
        ```
        """;

    [Fact]
    public async Task Markdown_is_shown_as_it_is_read_live_and_nothing_in_it_runs_or_fetches()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("linus");
        var name = "Markdown " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("bash", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        List<string> asked = [];
        page.Request += (_, request) => asked.Add(request.Url);
        await workbench.File("README.md").ClickAsync();
        await Expect(page.GetByTestId("tab:README.md")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await page.GetByTestId("preview-markdown").ClickAsync();
        var preview = page.GetByTestId("markdown-preview");
        await Expect(preview).ToBeVisibleAsync(new() { Timeout = Soon });
        await workbench.RewriteAsync(Text);

        // Live, while it is written.
        await Expect(preview.GetByRole(AriaRole.Heading, new() { Name = "Greetings" })).ToBeVisibleAsync(new() { Timeout = Soon });
        await Expect(preview.Locator("td")).ToHaveTextAsync(["1", "2"]);
        await Expect(preview.Locator("li").First).ToContainTextAsync("☑ words");
        await visitor.LookAsync("markdown-preview");
        // Code in it has the colours of its own language.
        await Expect(workbench.Editor.Locator("span").GetByText("const", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = Soon });
        var manual = preview.GetByRole(AriaRole.Link, new() { Name = "the manual" });
        await Expect(manual).ToHaveAttributeAsync("rel", "noopener noreferrer");
        await Expect(manual).ToHaveAttributeAsync("target", "_blank");

        // What runs, styles or fetches is not there.
        await Expect(preview.Locator("script, iframe, img, [onclick], [style], a[href^='javascript']")).ToHaveCountAsync(0);
        await Expect(preview.GetByRole(AriaRole.Link, new() { Name = "a picture" })).ToHaveAttributeAsync("href", "https://example.com/spy.png");
        Assert.DoesNotContain(asked, url => url.Contains("example.com", StringComparison.Ordinal));

        // On a phone it takes the place of the text; in the other theme it is as clear.
        await page.SetViewportSizeAsync(390, 844);
        await Expect(workbench.Editor).ToBeHiddenAsync(new() { Timeout = Soon });
        await visitor.LookAsync("markdown-preview-phone");
        await page.EvaluateAsync("() => { document.documentElement.dataset.theme = 'light'; }");
        await visitor.LookAsync("markdown-preview-phone-light");
        await page.SetViewportSizeAsync(1440, 900);
        await visitor.LookAsync("markdown-preview-light");

        // A link to a file opens it, and there is no preview of what is no Markdown.
        await preview.GetByRole(AriaRole.Link, new() { Name = "the script" }).ClickAsync();
        await Expect(page.GetByTestId("tab:main.sh")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Soon });
        await Expect(preview).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("preview-markdown")).ToBeHiddenAsync();
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }
}
