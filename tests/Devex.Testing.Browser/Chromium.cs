using Microsoft.Playwright;
using Xunit;

namespace Devex.Testing.Browser;

/// <summary>The browser of all tests but those of <see cref="Firefox"/>: a fixture.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        // Machines that run tests are slow and shared; what takes longer than this is broken, not slow.
        Assertions.SetDefaultExpectTimeout(60_000);
    }

    /// <summary>A browser of its own, with further arguments.</summary>
    public Task<IBrowser> LaunchAsync(params string[] arguments) => LaunchByAsync(ChromiumProgram.Path, arguments);

    /// <summary>The same, by a program that starts it.</summary>
    public Task<IBrowser> LaunchByAsync(string program, params string[] arguments) => _playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = program,
        Args = [.. ChromiumProgram.Arguments, .. arguments],
    });

    /// <summary>A person's own browser profile: nothing is shared with others.</summary>
    /// <param name="saidOf">What the product's programs said of a REPL, for a test that fails.</param>
    public async Task<Visitor> VisitAsync(Uri web, int width = 1440, int height = 900, bool light = false, Func<string, IEnumerable<string>>? saidOf = null) =>
        await VisitAsync(_browser ??= await LaunchAsync(), web, width, height, light, saidOf);

    /// <summary>The same in a browser that was launched.</summary>
    public static async Task<Visitor> VisitAsync(
        IBrowser browser, Uri web, int width = 1440, int height = 900, bool light = false, Func<string, IEnumerable<string>>? saidOf = null)
    {
        // Firefox asks nobody.
        string[] permissions = browser.BrowserType.Name == BrowserType.Chromium ? ["clipboard-read", "clipboard-write"] : [];
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = web.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = "en-GB",
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = permissions,
        });
        await context.GrantPermissionsAsync(permissions);
        if (light)
            await context.AddCookiesAsync([new Cookie { Name = "devex-theme", Value = "light", Url = web.ToString() }]);
        return new Visitor(context, await context.NewPageAsync(), saidOf);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
