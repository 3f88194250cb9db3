using Devex.Testing;
using Microsoft.Playwright;

namespace Devex.Bench.Browsers;

/// <summary>Debian's Chromium as the browser tests start it, which reaches servers through relays.</summary>
internal sealed class MeasuringBrowser : IAsyncDisposable
{
    // Else 60 a second, by a clock; the first of these implies the other, but not in every Chromium.
    private static readonly string[] Unpaced = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private MeasuringBrowser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <param name="relays">What it reaches servers through.</param>
    /// <param name="paced">Whether its frames come by a clock, as a screen's do; else each is made as soon as there is something to draw.</param>
    public static async Task<MeasuringBrowser> LaunchAsync(IEnumerable<Relay> relays, bool paced = true)
    {
        var playwright = await Playwright.CreateAsync();
        var rules = string.Join(", ", relays.Select(relay => $"MAP *:{relay.Server} 127.0.0.1:{relay.Port}"));
        return new MeasuringBrowser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ChromiumProgram.Path,
            Args = [.. ChromiumProgram.Arguments, .. paced ? [] : Unpaced, .. rules == "" ? Array.Empty<string>() : [$"--host-resolver-rules={rules}"]],
        }));
    }

    /// <summary>A person's own profile: nothing is cached, and only those cookies are there that <paramref name="state"/> has.</summary>
    public Task<IBrowserContext> VisitorAsync(string? state = null, int width = 1440, int height = 900) => _browser.NewContextAsync(new BrowserNewContextOptions
    {
        ViewportSize = new ViewportSize { Width = width, Height = height },
        Locale = "en-GB",
        // As most people have it: what moves is part of what they wait for.
        ReducedMotion = ReducedMotion.NoPreference,
        StorageState = state,
    });

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
