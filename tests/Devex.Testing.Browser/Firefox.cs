using Microsoft.Playwright;
using Xunit;

namespace Devex.Testing.Browser;

/// <summary>Debian's Firefox as it comes, driven by WebDriver BiDi, with everything off that would speak to the outside: a fixture. Frames of WebSockets, media and dragging are out of its reach there.</summary>
public sealed class Firefox : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(60_000);
    }

    /// <summary>A person's own browser profile: nothing is shared with others.</summary>
    /// <param name="saidOf">What the product's programs said of a REPL, for a test that fails.</param>
    public async Task<Visitor> VisitAsync(Uri web, int width = 1440, int height = 900, bool light = false, Func<string, IEnumerable<string>>? saidOf = null) =>
        await Chromium.VisitAsync(_browser ??= await LaunchAsync(), web, width, height, light, saidOf);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private Task<IBrowser> LaunchAsync() => _playwright!.Firefox.LaunchAsync(new BrowserTypeLaunchOptions
    {
        Channel = "moz-firefox",
        ExecutablePath = Environment.GetEnvironmentVariable("DEVEX_FIREFOX") ?? "/usr/bin/firefox-esr",
        FirefoxUserPrefs = new Dictionary<string, object>
        {
            ["app.normandy.enabled"] = false,
            ["app.update.enabled"] = false,
            ["browser.safebrowsing.downloads.remote.enabled"] = false,
            ["browser.safebrowsing.malware.enabled"] = false,
            ["browser.safebrowsing.phishing.enabled"] = false,
            ["datareporting.policy.dataSubmissionEnabled"] = false,
            ["extensions.update.enabled"] = false,
            ["network.captive-portal-service.enabled"] = false,
            ["network.connectivity-service.enabled"] = false,
            ["services.settings.server"] = "http://127.0.0.1:9/",
            ["toolkit.telemetry.enabled"] = false,
        },
    });
}
