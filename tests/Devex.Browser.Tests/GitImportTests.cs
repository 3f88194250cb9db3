using Devex.Testing.Git;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>A link to a public repository: the reader sees what it is, and nothing happens before they say so.</summary>
public sealed class GitImportTests(Product product, Chromium chromium)
{
    private const float Patience = 90_000;

    [Fact]
    public async Task A_link_to_a_repository_asks_first_and_makes_a_repl_of_it()
    {
        await using var server = await GitServer.StartAsync();
        server.Create("greeting.git").Commit(("main.py", "print('from a repository')\n"), ("requirements.txt", ""));
        server.Create("slow").Commit(("a.sh", ""));
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("alan");

        await page.GotoAsync($"/import?git={Uri.EscapeDataString($"{server.Url}/absent")}");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There is no public repository", new() { Timeout = Patience });
        await page.GotoAsync($"/import?git={Uri.EscapeDataString("https://169.254.169.254/latest/meta-data")}");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not on the public internet", new() { Timeout = Patience });

        await page.GotoAsync($"/import?git={Uri.EscapeDataString($"{server.Url}/greeting.git")}");
        var offer = page.GetByTestId("git-offer");
        await Expect(offer).ToContainTextAsync("greeting", new() { Timeout = Patience });
        await Expect(offer).ToContainTextAsync("2 files");
        await Expect(offer.GetByTestId("git-template")).ToHaveValueAsync("python");
        await visitor.LookAsync("import-git");
        await page.SetViewportSizeAsync(390, 844);
        await visitor.LookAsync("import-git-small");
        await page.SetViewportSizeAsync(1440, 900);

        await offer.GetByTestId("git-template").SelectOptionAsync("bash");
        await offer.GetByTestId("git-name").FillAsync("From a link");
        await offer.GetByTestId("git-import").ClickAsync();
        await page.GetByTestId("entry:main.py").ClickAsync(new() { Timeout = Patience });
        await Expect(page.GetByTestId("viewed-text")).ToContainTextAsync("from a repository", new() { Timeout = Patience });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "From a link" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_import_can_be_cancelled()
    {
        await using var server = await GitServer.StartAsync();
        server.Create("slow").Commit(("a.sh", ""));
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("margaret");
        await page.GotoAsync("/import");
        await page.GetByTestId("git-url").FillAsync($"{server.Url}/slow");
        await page.GetByTestId("git-look").ClickAsync();
        await Expect(page.GetByTestId("git-offer")).ToContainTextAsync("slow", new() { Timeout = Patience });

        server.Hang("/slow");
        await page.GetByTestId("git-import").ClickAsync();
        await server.Hangs.WaitAsync(TimeSpan.FromMilliseconds(Patience));
        await Expect(page.GetByText("Fetching", new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByTestId("git-cancel").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Cancelled. Nothing was made.", new() { Timeout = Patience });
        await server.HungUp.WaitAsync(TimeSpan.FromMilliseconds(Patience));
    }
}
