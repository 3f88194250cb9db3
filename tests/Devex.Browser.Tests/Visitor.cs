using System.Text.RegularExpressions;
using Devex.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>A person at a browser. Errors of the page are kept, so that a test can say that there were none.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    public Visitor(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.PageError += (_, error) => _errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Add($"{message.Text} ({message.Location})");
        };
    }

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    /// <summary>Uncaught exceptions and errors on the console so far.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public async Task SignInAsync(string identity)
    {
        await Page.GotoAsync("/");
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{identity}$", RegexOptions.IgnoreCase) }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "REPLs", Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>Picks a template, names the REPL and waits until its terminal is there.</summary>
    public async Task CreateReplAsync(string template, string name)
    {
        await Page.GotoAsync("/");
        await Page.GetByTestId("new-repl").First.ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByTestId($"template-{template}").ClickAsync();
        await dialog.GetByTestId("repl-name").FillAsync(name);
        await dialog.GetByTestId("create-repl").ClickAsync();
        await Page.WaitForURLAsync(new Regex("/r/[0-9a-z]{12}$"));
    }

    /// <summary>Keeps a picture under <c>artifacts/screenshots</c>, for people to look at.</summary>
    public Task PictureAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(BuiltProgram.RepositoryRoot, "artifacts", "screenshots", name + ".png"),
        Animations = ScreenshotAnimations.Disabled,
    });

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
