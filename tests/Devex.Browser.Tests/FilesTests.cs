using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Devex.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Devex.Browser.Tests;

/// <summary>The tree of files by mouse, by keyboard and by what is dropped on it.</summary>
public sealed class FilesTests(Product product, Chromium chromium) : IAsyncLifetime
{
    // One pixel.
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private Visitor _visitor = null!;
    private WorkbenchPage _workbench = null!;
    private string _name = "";

    private IPage Page => _visitor.Page;

    public async ValueTask InitializeAsync()
    {
        _visitor = await chromium.VisitAsync(product);
        await _visitor.SignInAsync("barbara");
        _name = "Files " + Guid.NewGuid().ToString("N")[..6];
        await _visitor.CreateReplAsync("node", _name);
        _workbench = new WorkbenchPage(Page);
        await _workbench.ReadyAsync();
        await Expect(_workbench.File("index.js")).ToBeVisibleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _visitor.StopReplAsync(_name);
        await _visitor.DisposeAsync();
    }

    [Fact]
    public async Task Files_are_named_deleted_moved_uploaded_shown_and_downloaded_by_keyboard_mouse_and_drop()
    {
        await UseKeyboardAsync();
        await UseMouseAsync();
        Assert.Empty(_visitor.Exceptions);
    }

    [Fact]
    public async Task An_upload_goes_on_where_the_connection_was_lost_and_can_be_cancelled()
    {
        var line = await SessionLine.OfAsync(Page);
        await Page.ReloadAsync();
        await _workbench.ReadyAsync();
        await _visitor.SlowUploadsAsync(1_000_000);
        var (what, amount, offsets) = (Page.GetByTestId("upload-what"), Page.GetByTestId("upload-amount"), new List<string>());
        Page.Request += (_, request) =>
        {
            if (request.Method == "PUT")
                offsets.Add(request.Url[(request.Url.LastIndexOf('=') + 1)..]);
        };
        var film = RandomNumberGenerator.GetBytes(6_000_000);
        await UploadAsync(("film.bin", film));
        await Expect(what).ToHaveTextAsync("Uploading film.bin");
        await Expect(amount).ToHaveTextAsync(new Regex(@"^[2-5]\.\d MB of 6\.0 MB$"), new() { Timeout = 30_000 });
        await _visitor.PictureAsync("workbench-upload");
        await line.CutAsync();
        await Expect(what).ToHaveTextAsync("The connection was lost. film.bin will go on when it is back.");
        await _visitor.LookAtOnceAsync("workbench-upload-waits");
        Assert.True(await Page.EvaluateAsync<bool>("() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"), "The page would let itself be closed.");
        line.Mend();
        await Expect(_workbench.File("film.bin")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(Page.GetByTestId("upload")).ToBeHiddenAsync();
        Assert.Equal(2, offsets.Count);
        Assert.Equal("0", offsets[0]);
        Assert.InRange(int.Parse(offsets[1], CultureInfo.InvariantCulture), 1_000_000, film.Length);
        Assert.Equal(film, await DownloadAsync("film.bin", "Download$"));

        // One waits for the other; cancelled, both are.
        await UploadAsync(("long.bin", film));
        await Expect(what).ToHaveTextAsync("Uploading long.bin");
        await UploadAsync(("next.bin", film));
        await Expect(what).ToHaveTextAsync("Uploading long.bin, then 1 more");
        await Page.GetByTestId("upload-cancel").ClickAsync();
        await Expect(Page.GetByTestId("toasts")).ToContainTextAsync("The upload was cancelled.");
        await Expect(Page.GetByTestId("upload")).ToBeHiddenAsync();

        // Of several that are there one answer is enough.
        await UploadAsync(("film.bin", [1]), ("greet.js", [2]), ("index.js", [3]), ("new.js", [4]));
        await Page.GetByTestId("dialog-all").CheckAsync();
        await _visitor.PictureAsync("workbench-upload-replace");
        await Page.GetByTestId("dialog").GetByRole(AriaRole.Button, new() { Name = "Skip" }).ClickAsync();
        await Expect(_workbench.File("new.js")).ToBeVisibleAsync();
        await _workbench.TypeAsync("ls; wc -c film.bin");
        await _workbench.WaitForTerminalAsync("6000000 film\\.bin");
        Assert.DoesNotContain("long.bin", await _workbench.TerminalTextAsync(), StringComparison.Ordinal);
        Assert.Equal([4], await DownloadAsync("new.js", "Download$"));
        Assert.Empty(_visitor.Exceptions);
    }

    private Task UploadAsync(params (string Name, byte[] Content)[] files) =>
        Page.GetByTestId("upload-input").SetInputFilesAsync(files.Select(file => new FilePayload { Name = file.Name, MimeType = "application/octet-stream", Buffer = file.Content }));

    private async Task UseKeyboardAsync()
    {
        await _workbench.Tree.FocusAsync();
        await Page.Keyboard.PressAsync("Home");
        await GoToAsync("greet.test.js");
        await Page.Keyboard.PressAsync("F2");
        await Page.GetByTestId("name-input").FillAsync("a b.js");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(_workbench.File("a b.js")).ToBeVisibleAsync();

        // A name that is taken is refused where it is typed; Escape leaves everything as it was.
        await GoToAsync("a b.js");
        await Page.Keyboard.PressAsync("F2");
        await Page.GetByTestId("name-input").FillAsync("index.js");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(_workbench.Tree.GetByRole(AriaRole.Alert)).ToContainTextAsync(new Regex("exists|taken|already", RegexOptions.IgnoreCase));
        await Page.Keyboard.PressAsync("Escape");
        await Expect(_workbench.File("a b.js")).ToBeVisibleAsync();

        await GoToAsync("index.js");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Tab, new() { Name = "index.js" })).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(_workbench.Editor).ToBeFocusedAsync();

        await _workbench.Tree.FocusAsync();
        await GoToAsync("a b.js");
        await Page.Keyboard.PressAsync("Shift+F10");
        await Expect(Page.GetByTestId("menu")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByTestId("menu")).ToHaveCountAsync(0);
        await _workbench.Tree.FocusAsync();
        await Page.Keyboard.PressAsync("Delete");
        await Expect(Page.GetByTestId("dialog-confirm")).ToBeVisibleAsync();
        await Page.GetByTestId("dialog-confirm").PressAsync("Enter");
        await Expect(_workbench.File("a b.js")).ToHaveCountAsync(0);
    }

    private async Task UseMouseAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "New folder" }).First.ClickAsync();
        await _workbench.NameAsync("lib");
        await Expect(_workbench.File("lib")).ToBeVisibleAsync();

        // A file into a folder that is shut.
        await _workbench.DragAsync(_workbench.File("greet.js"), _workbench.File("lib"));
        await Expect(_workbench.File("greet.js")).ToHaveCountAsync(0);
        await _workbench.File("lib").ClickAsync();
        await Expect(_workbench.File("lib/greet.js")).ToBeVisibleAsync();

        // From the desk: two files at once, one of them a picture, onto the folder.
        await DropAsync(_workbench.File("lib"), ("note.txt", Encoding.UTF8.GetBytes("dropped\n")), ("dot.png", Png));
        await Expect(_workbench.File("lib/note.txt")).ToBeVisibleAsync();
        await _workbench.File("lib/dot.png").ClickAsync();
        await Expect(Page.GetByTestId("image")).ToContainTextAsync("1 × 1");
        await _visitor.PictureAsync("workbench-image");

        // By the picker, with a name that markup would like.
        var chooser = await Page.RunAndWaitForFileChooserAsync(() => _workbench.PickAsync("lib", "Upload here"), new() { Timeout = 60_000 });
        await chooser.SetFilesAsync(new FilePayload { Name = "<b>bold<.txt", MimeType = "text/plain", Buffer = "picked\n"u8.ToArray() });
        await Expect(_workbench.File("lib/<b>bold<.txt")).ToHaveTextAsync("<b>bold<.txt");

        Assert.Equal("picked\n", Encoding.UTF8.GetString(await DownloadAsync("lib/<b>bold<.txt", "Download$")));

        // One that is there: the question comes before anything is sent, since uploads can be large.
        var sent = 0;
        Page.Request += (_, request) => sent += request.Method == "PUT" ? 1 : 0;
        chooser = await Page.RunAndWaitForFileChooserAsync(() => _workbench.PickAsync("lib", "Upload here"), new() { Timeout = 60_000 });
        await chooser.SetFilesAsync(new FilePayload { Name = "note.txt", MimeType = "text/plain", Buffer = "newer\n"u8.ToArray() });
        await Expect(Page.GetByTestId("dialog-confirm")).ToHaveTextAsync("Replace");
        Assert.Equal(0, sent);
        await Page.RunAndWaitForResponseAsync(() => Page.GetByTestId("dialog-confirm").ClickAsync(), response => response.Request.Method == "PUT", new() { Timeout = 60_000 });
        Assert.Equal("newer\n", Encoding.UTF8.GetString(await DownloadAsync("lib/note.txt", "Download$")));
        using var zip = new ZipArchive(new MemoryStream(await DownloadAsync("lib", "Download as zip")));
        Assert.Contains(zip.Entries, entry => entry.FullName.EndsWith("greet.js", StringComparison.Ordinal));
        Assert.Contains(zip.Entries, entry => entry.FullName.EndsWith("dot.png", StringComparison.Ordinal) && entry.Length == Png.Length);
    }

    /// <summary>Down from the first row until a path is the active one.</summary>
    private async Task GoToAsync(string path)
    {
        await Page.Keyboard.PressAsync("Home");
        await Expect(_workbench.Tree.Locator("[aria-selected=true]")).ToHaveIdAsync("dx-tree-0");
        await Expect(_workbench.Tree).ToHaveAttributeAsync("aria-activedescendant", "dx-tree-0");
        var rows = await _workbench.Tree.GetByRole(AriaRole.Treeitem).CountAsync();
        for (var row = 0; row < rows; row++)
        {
            if (await _workbench.File(path).GetAttributeAsync("aria-selected") == "true")
                return;
            var before = await _workbench.Tree.GetAttributeAsync("aria-activedescendant");
            await Page.Keyboard.PressAsync("ArrowDown");
            await Expect(_workbench.Tree).Not.ToHaveAttributeAsync("aria-activedescendant", before ?? "");
        }
        await Expect(_workbench.File(path)).ToHaveAttributeAsync("aria-selected", "true");
    }

    /// <summary>Drops files from outside the browser.</summary>
    private async Task DropAsync(ILocator target, params (string Name, byte[] Content)[] files)
    {
        var transfer = await Page.EvaluateHandleAsync(
            """
            files => {
              const transfer = new DataTransfer();
              for (const [name, base64] of files) transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
              return transfer;
            }
            """,
            files.Select(file => (string[])[file.Name, Convert.ToBase64String(file.Content)]).ToArray());
        await target.DispatchEventAsync("dragover", new { dataTransfer = transfer });
        await target.DispatchEventAsync("drop", new { dataTransfer = transfer });
    }

    private async Task<byte[]> DownloadAsync(string path, string item)
    {
        var download = await Page.RunAndWaitForDownloadAsync(() => _workbench.PickAsync(path, item), new() { Timeout = 60_000 });
        using var folder = new TempFolder();
        await download.SaveAsAsync(folder["file"]);
        return await File.ReadAllBytesAsync(folder["file"], TestContext.Current.CancellationToken);
    }
}
