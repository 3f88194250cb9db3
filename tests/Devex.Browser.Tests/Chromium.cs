using Devex.Testing;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Devex.Browser.Tests.Chromium))]

namespace Devex.Browser.Tests;

/// <summary>The browser of all tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        // Machines that run tests are slow and shared; what takes longer than this is broken, not slow.
        Assertions.SetDefaultExpectTimeout(60_000);
        _browser = await LaunchAsync();
    }

    /// <summary>A browser of its own, with further arguments.</summary>
    public Task<IBrowser> LaunchAsync(params string[] arguments) => _playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = ChromiumProgram.Path,
        Args = [.. ChromiumProgram.Arguments, .. arguments],
    });

    /// <summary>A person's own browser profile: nothing is shared with others.</summary>
    public Task<Visitor> VisitAsync(Product product, int width = 1440, int height = 900, bool light = false) =>
        VisitAsync(_browser!, product.Web, width, height, light, product);

    /// <summary>The same, at another address.</summary>
    public Task<Visitor> VisitAsync(Uri address, int width = 1440, int height = 900, bool light = false) => VisitAsync(_browser!, address, width, height, light);

    /// <summary>A person's own profile in a browser that <see cref="LaunchAsync"/> made.</summary>
    public static async Task<Visitor> VisitAsync(IBrowser browser, Uri web, int width = 1440, int height = 900, bool light = false, Product? product = null)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = web.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = "en-GB",
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        if (light)
            await context.AddCookiesAsync([new Cookie { Name = "devex-theme", Value = "light", Url = web.ToString() }]);
        return new Visitor(context, await context.NewPageAsync(), product);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
