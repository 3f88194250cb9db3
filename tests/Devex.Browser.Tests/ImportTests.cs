using System.IO.Compression;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>What is brought along becomes a REPL that can be read at once.</summary>
public sealed class ImportTests(Product product, Chromium chromium)
{
    private const float Patience = 90_000;

    [Fact]
    public async Task An_archive_becomes_a_repl_and_a_bad_one_is_explained()
    {
        await using var visitor = await chromium.VisitAsync(product);
        var page = visitor.Page;
        await visitor.SignInAsync("alan");
        await page.GetByTestId("open-import").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByTestId("archive").SetInputFilesAsync(new FilePayload { Name = "evil.zip", MimeType = "application/zip", Buffer = Zip(("../evil", "x")) });
        await dialog.GetByTestId("import").ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("leads out of the archive", new() { Timeout = Patience });
        await visitor.LookAsync("import-refused-dark");

        await dialog.GetByTestId("archive").SetInputFilesAsync(new FilePayload { Name = "Brought along.zip", MimeType = "application/zip", Buffer = Zip(("top/hello.py", "print('brought')\n")) });
        await dialog.GetByTestId("import").ClickAsync();
        await page.GetByTestId("entry:hello.py").ClickAsync(new() { Timeout = Patience });
        await Expect(page.GetByTestId("viewed-text")).ToContainTextAsync("print('brought')", new() { Timeout = Patience });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Brought along" })).ToBeVisibleAsync();
    }

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(text);
            }
        }
        return bytes.ToArray();
    }
}
