using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>Files that are no text, and texts with a form of their own.</summary>
public sealed class FileKindsTests(Product product, Chromium chromium)
{
    private const float Soon = 60_000;

    // One pixel, and two beside each other.
    private const string Dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
    private const string Dots = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNgYAAAAAMAAbitOmMAAAAASUVORK5CYII=";

    [Fact]
    public async Task What_is_no_text_is_shown_or_refused_in_words_and_a_text_keeps_its_form()
    {
        await using var visitor = await chromium.VisitAsync(product);
        await visitor.SignInAsync("ada");
        var name = "Kinds " + Guid.NewGuid().ToString("N")[..6];
        await visitor.CreateReplAsync("bash", name);
        var (page, workbench) = (visitor.Page, new WorkbenchPage(visitor.Page));
        await workbench.ReadyAsync();
        await workbench.TypeAsync("printf 'a\\000b' > a.bin; printf 'caf\\351\\n' > cafe.txt; head -c 6000000 /dev/zero | tr '\\0' x > large.txt; printf 'one\\r\\ntwo' > windows.txt");
        await workbench.TypeAsync($"base64 -d <<< {Dot} > plot.png; echo made-$((6*7))");
        await workbench.WaitForTerminalAsync("^made-42");
        var note = page.GetByTestId("file-note");

        await workbench.File("a.bin").ClickAsync();
        await Expect(note.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Not a text file", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-binary");
        var download = await page.RunAndWaitForDownloadAsync(() => note.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        Assert.Equal("a\0b"u8.ToArray(), await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken));

        await workbench.File("large.txt").ClickAsync();
        await Expect(note.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Too large to show here", new() { Timeout = Soon });
        await Expect(note).ToContainTextAsync("below 5 MiB");

        // Text in another encoding is not called something else, and is there once it was converted.
        await workbench.File("cafe.txt").ClickAsync();
        await Expect(note.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Not UTF-8", new() { Timeout = Soon });
        await Expect(note).ToContainTextAsync("iconv");
        await workbench.TypeAsync("iconv -f latin1 -t utf-8 cafe.txt > made && mv made cafe.txt && echo converted-$((6*7))");
        await workbench.WaitForTerminalAsync("^converted-42");
        await note.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(workbench.Editor).ToContainTextAsync("café", new() { Timeout = Soon });

        // A picture is the one that a program wrote last, and says so when it is gone.
        await workbench.File("plot.png").ClickAsync();
        var picture = page.GetByTestId("image");
        await Expect(picture).ToContainTextAsync("1 × 1", new() { Timeout = Soon });
        await visitor.LookAsync("workbench-picture");
        await workbench.TypeAsync($"base64 -d <<< {Dots} > plot.png");
        await Expect(picture).ToContainTextAsync("2 × 1", new() { Timeout = Soon });
        await workbench.TypeAsync("rm plot.png");
        await Expect(picture).ToContainTextAsync("moved or deleted", new() { Timeout = Soon });

        // Line ends, and that there is none at the end.
        await workbench.OpenAsync("windows.txt");
        await Expect(page.GetByText("CRLF", new() { Exact = true })).ToBeVisibleAsync();
        await workbench.Editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync("zero\n");
        await workbench.TypeAsync("until grep -q zero windows.txt; do sleep 0.1; done; od -An -c windows.txt");
        await workbench.WaitForTerminalAsync(string.Join("\\s+", "zero\r\none\r\ntwo".Select(c => c switch { '\r' => @"\\r", '\n' => @"\\n", _ => c.ToString() })) + "\\s*$");
        Assert.Empty(visitor.Exceptions);
        await visitor.StopReplAsync(name);
    }
}
