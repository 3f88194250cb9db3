using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Testing.Browser;

/// <summary>A person at a browser. Errors of the page are kept, so that a test can say that there were none.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Func<string, IEnumerable<string>>? _saidOf;
    private readonly List<string> _errors = [];
    private readonly List<string> _exceptions = [];
    private readonly List<string> _made = [];

    public Visitor(IBrowserContext context, IPage page, Func<string, IEnumerable<string>>? saidOf)
    {
        (_context, _saidOf, Page) = (context, saidOf, page);
        page.PageError += (_, error) =>
        {
            _errors.Add(error);
            _exceptions.Add(error);
        };
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

    /// <summary>Uncaught exceptions alone: a browser also calls an answer of 409 an error, such as that of a REPL that is still starting.</summary>
    public IReadOnlyList<string> Exceptions => _exceptions;

    public async Task SignInAsync(string identity)
    {
        await Page.GotoAsync("/");
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{identity}$", RegexOptions.IgnoreCase) }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "REPLs", Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>Where people come from GitHub, which knows who sits there and has been told before that they may come in.</summary>
    public async Task SignInWithGitHubAsync()
    {
        await Page.GotoAsync("/");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with GitHub" }).ClickAsync();
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
        await Expect(Page).ToHaveURLAsync(new Regex("/r/[0-9a-z]{12}$"));
        _made.Add(Page.Url.Split('/')[^1]);
    }

    /// <summary>Makes a REPL that does not run, as the API does it; answers its id.</summary>
    public async Task<string> MakeReplAsync(string template, string name)
    {
        var id = await ChangeAsync("POST", "/api/repls", new { template, name });
        _made.Add(id);
        return id;
    }

    /// <summary>Has a REPL started, as the API does it; answers the status.</summary>
    public Task<int> StartReplAsync(string id) => Page.EvaluateAsync<int>(
        """
        async id => {
          const { token } = await (await fetch("/api/antiforgery")).json();
          return (await fetch(`/api/repls/${id}/start`, { method: "POST", headers: { "X-Devex-Antiforgery": token } })).status;
        }
        """, id);

    /// <summary>Gives a REPL another name, as the API does it.</summary>
    public Task RenameReplAsync(string id, string name) => ChangeAsync("PATCH", $"/api/repls/{id}", new { name });

    /// <summary>Moves a REPL to the trash.</summary>
    public Task<string> DeleteReplAsync(string id) => ChangeAsync("DELETE", $"/api/repls/{id}", null);

    /// <summary>Stops a REPL from the dashboard and waits until everything is saved.</summary>
    public async Task StopReplAsync(string name)
    {
        await Page.GotoAsync("/");
        var card = Page.Locator($"[data-testid=repl][data-name='{name}']");
        await card.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(card).ToHaveAttributeAsync("data-state", "stopped", new() { Timeout = 90_000 });
    }

    /// <summary>From now on the page sends no more than so many bytes a second.</summary>
    public async Task SlowUploadsAsync(int bytes)
    {
        var browser = await _context.NewCDPSessionAsync(Page);
        await browser.SendAsync("Network.enable");
        await browser.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = bytes });
    }

    /// <summary>Keeps a picture under <c>artifacts/screenshots</c>, for people to look at.</summary>
    public Task PictureAsync(string name, IPage? page = null) => (page ?? Page).ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(BuiltProgram.RepositoryRoot, "artifacts", "screenshots", name + ".png"),
        Animations = ScreenshotAnimations.Disabled,
    });

    /// <summary>A look at the page as it is: a picture, nothing that axe objects to, and nothing wider than the screen.</summary>
    public async Task LookAsync(string name)
    {
        // A circuit draws once more what was there before it, the title first: on pages that have one it is waited for, and then for their title.
        await Page.WaitForFunctionAsync(
            """
            () => {
              const shell = document.querySelector('.dx-shell');
              const interactive = document.documentElement.innerHTML.includes('"type":"server"');
              return (!shell || !interactive || shell.hasAttribute('data-live')) && document.title !== '';
            }
            """, null, new PageWaitForFunctionOptions { Timeout = 60_000 });
        await LookAtOnceAsync(name);
    }

    /// <summary>The same at once, for a page whose circuit does not come, or that shows something for a short time only.</summary>
    public async Task LookAtOnceAsync(string name, IPage? page = null)
    {
        await PictureAsync(name, page);
        var found = await (page ?? Page).RunAxe();
        Assert.True(found.Violations.Length == 0, $"{name}: " + string.Join('\n', found.Violations.Select(violation =>
            $"{violation.Impact} {violation.Id}: {violation.Help} {string.Join(" | ", violation.Nodes.Select(node => node.Html))}")));
        Assert.Equal(0, await (page ?? Page).EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
    }

    private Task<string> ChangeAsync(string method, string path, object? body) => Page.EvaluateAsync<string>(
        """
        async ([method, path, body]) => {
          const { token } = await (await fetch("/api/antiforgery")).json();
          const answer = await fetch(path, { method, headers: { "X-Devex-Antiforgery": token, "Content-Type": "application/json" }, body });
          if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
          return answer.status === 204 ? "" : (await answer.json()).id;
        }
        """,
        new[] { method, path, body is null ? null : System.Text.Json.JsonSerializer.Serialize(body) });

    /// <summary>What was on the page in the end stands with a test that failed. REPLs that this visitor made are stopped: others may have the same owner, who has a limit.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            var body = Page.Locator("body");
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"Left at {Page.Url}, live: {await Page.Locator(".dx-shell[data-live]").CountAsync()}, {await SessionAsync()}, "
                + $"errors: {string.Join("; ", _errors)}\n"
                + string.Join('\n', _saidOf?.Invoke(Page.Url.Split('/')[^1]).TakeLast(20) ?? []) + '\n'
                + await body.AriaSnapshotAsync(new() { Timeout = 2_000 }));
        }
        catch (Exception error) when (error is PlaywrightException or TimeoutException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"Left at {Page.Url}: {error.Message}");
        }
        await StopMadeAsync();
        await _context.DisposeAsync();
    }

    /// <summary>Beside the page, which may be anywhere, offline or closed. Who has signed out leaves theirs.</summary>
    private async Task StopMadeAsync()
    {
        try
        {
            if (_made.Count > 0 && await _context.APIRequest.GetAsync("/api/antiforgery") is { Ok: true } answer)
            {
                var token = (await answer.JsonAsync())!.Value.GetProperty("token").GetString()!;
                foreach (var id in _made)
                    await _context.APIRequest.PostAsync($"/api/repls/{id}/stop", new() { Headers = new Dictionary<string, string> { ["X-Devex-Antiforgery"] = token } });
            }
        }
        catch (PlaywrightException error)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"What was made was not stopped: {error.Message}");
        }
    }

    /// <summary>How the workbench's session is, and what is said over its panes.</summary>
    private Task<string> SessionAsync() => Page.EvaluateAsync<string>(
        """
        () => {
          const said = (css) => document.querySelector(css)?.innerText.replace(/\s+/g, " ").trim() ?? "";
          return `connection: ${said("[data-testid=status-connection]")}, overlay: ${said("[data-testid=overlay]:not([hidden])")}, `
            + `run: ${said("[data-testid=run]")} ${said("[data-testid=run-result]")} ${said("[data-testid=toasts]")}`;
        }
        """);
}
