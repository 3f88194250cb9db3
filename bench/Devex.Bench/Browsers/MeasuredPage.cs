using System.Text.Json;
using Microsoft.Playwright;

namespace Devex.Bench.Browsers;

/// <summary>A page that tells when something is on its screen, by <c>page.js</c>. Times are milliseconds by the page's own clock, which begins when it is asked for.</summary>
internal sealed class MeasuredPage
{
    private const int Patience = 60_000;

    private static readonly string Script = ReadScript();

    private readonly IPage _page;

    private MeasuredPage(IPage page) => _page = page;

    public IKeyboard Keyboard => _page.Keyboard;

    /// <summary>Goes to an address in a new tab; returns as soon as the page begins.</summary>
    public static async Task<MeasuredPage> OpenAsync(IBrowserContext visitor, Uri address)
    {
        var page = await visitor.NewPageAsync();
        await page.AddInitScriptAsync(Script);
        await page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.Commit, Timeout = Patience });
        return new MeasuredPage(page);
    }

    /// <summary>When a line with this text could be seen and clicked, and where.</summary>
    /// <exception cref="TimeoutException">It never came.</exception>
    public async Task<Place> VisibleAsync(string css, string text) =>
        await TryVisibleAsync(css, text, Patience) ?? throw new TimeoutException($"'{text}' was not on the screen within {Patience} ms.");

    /// <summary>The same; null when it did not come within so many milliseconds.</summary>
    public async Task<Place?> TryVisibleAsync(string css, string text, int patience)
    {
        var found = await _page.EvaluateAsync<JsonElement?>("([css, text, patience]) => devexBench.visible(css, text, patience)", new object[] { css, text, patience });
        return found is { ValueKind: JsonValueKind.Object } place
            ? new Place(place.GetProperty("time").GetDouble(), place.GetProperty("x").GetSingle(), place.GetProperty("y").GetSingle())
            : null;
    }

    public Task ClickAsync(Place place) => _page.Mouse.ClickAsync(place.X, place.Y);

    public Task ClickAsync(string css) => _page.Locator(css).First.ClickAsync(new() { Timeout = Patience });

    /// <summary>Adds so many letters to a line that ends with this text, one after another.</summary>
    public async Task<IReadOnlyList<KeyTimes>> KeysAsync(string css, string text, int count)
    {
        var keys = new List<KeyTimes>(count);
        for (var i = 0; i < count; i++)
        {
            var letter = (char)('a' + i % 26);
            text += letter;
            keys.Add(await KeyAsync($"{letter}", css, text));
            // A person's keys keep no step with the screen's frames.
            await Task.Delay(20 + i * 7 % 30);
        }
        return keys;
    }

    /// <summary>Types into the terminal; returns when it shows that. A key that is pressed before could bring what was there already.</summary>
    /// <exception cref="TimeoutException">It never did.</exception>
    public async Task WriteAsync(string text)
    {
        await Keyboard.TypeAsync(text);
        await _page.EvaluateAsync("text => devexBench.shown(text)", text).WaitAsync(TimeSpan.FromMilliseconds(Patience));
    }

    /// <summary>Presses a key; from then until the terminal's cursor stands in a line of just this text, where it may not stand yet.</summary>
    public async Task<double> PromptAsync(string key, string prompt)
    {
        await _page.EvaluateAsync("prompt => devexBench.expectPrompt(prompt)", prompt);
        await Keyboard.PressAsync(key);
        return (await TookAsync()).GetProperty("drawn").GetDouble();
    }

    /// <summary>The line of the terminal's cursor; null while there is no terminal.</summary>
    public Task<string?> LineAsync() => _page.EvaluateAsync<string?>("() => devexBench.line()");

    /// <summary>The line above that.</summary>
    public Task<string> LineAboveAsync() => _page.EvaluateAsync<string>("() => devexBench.lineAbove()");

    /// <summary>Bytes that came by WebSockets so far.</summary>
    public Task<long> ReceivedAsync() => _page.EvaluateAsync<long>("() => devexBench.received()");

    /// <summary>Frames a second that the browser makes of this page, counted for a second in which each has something new.</summary>
    public Task<double> FramesAsync() => _page.EvaluateAsync<double>("() => devexBench.frames()");

    public async Task<TerminalSize> SizeAsync()
    {
        var size = await _page.EvaluateAsync<JsonElement>("() => devexBench.size()");
        return new TerminalSize(
            size.GetProperty("cols").GetInt32(), size.GetProperty("rows").GetInt32(), size.GetProperty("width").GetDouble(), size.GetProperty("height").GetDouble());
    }

    /// <summary>Leaves, which tells the page that nobody is there, and closes the tab.</summary>
    public async Task LeaveAsync()
    {
        await _page.GotoAsync("about:blank");
        await _page.CloseAsync();
    }

    private async Task<KeyTimes> KeyAsync(string key, string css, string text)
    {
        await _page.EvaluateAsync("([css, text]) => devexBench.expect(css, text)", new[] { css, text });
        await Keyboard.PressAsync(key);
        var took = await TookAsync();
        return new KeyTimes(took.GetProperty("changed").GetDouble(), took.GetProperty("drawn").GetDouble());
    }

    /// <exception cref="TimeoutException">It did not come.</exception>
    private Task<JsonElement> TookAsync() => _page.EvaluateAsync<JsonElement>("() => devexBench.took()").WaitAsync(TimeSpan.FromMilliseconds(Patience));

    /// <param name="Time">When it was there.</param>
    public sealed record Place(double Time, float X, float Y);

    private static string ReadScript()
    {
        using var stream = typeof(MeasuredPage).Assembly.GetManifestResourceStream("Devex.Bench.Browsers.page.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
