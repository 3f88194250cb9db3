using System.Diagnostics;
using System.Net.Sockets;
using Devex.Contracts;

namespace Devex.Testing.Runner;

/// <summary>
/// A running <c>Devex.Runner serve</c> with folders and a Core of its own: a signing key. Without isolation: it runs as the test does.
/// </summary>
public sealed class RunnerProgram : IAsyncDisposable
{
    private readonly TempFolder _folder;

    private RunnerProgram(TempFolder folder, ProgramProcess process, RunnerSigner signer, ReplId replId, string address)
    {
        (_folder, Process, Signer, ReplId, Address) = (folder, process, signer, replId, address);
        Client = new RunnerClient(address, replId, signer);
    }

    public ProgramProcess Process { get; }

    public RunnerSigner Signer { get; }

    public ReplId ReplId { get; }

    /// <summary>From the spawn to the first answer to <c>/alive</c>, asked for each millisecond.</summary>
    public TimeSpan StartTime { get; private init; }

    /// <summary>As in <c>DEVEX_LISTEN</c>.</summary>
    public string Address { get; }

    /// <summary>Core and browsers, as far as the runner can tell.</summary>
    public RunnerClient Client { get; }

    public string Workspace => _folder["workspace"];

    public string Home => _folder["home"];

    public string Journal => _folder["journal"];

    /// <summary>Starts one and waits until it answers; control has not arrived yet.</summary>
    /// <param name="program">The executable; null for what the build left (see <see cref="BuiltProgram"/>).</param>
    /// <param name="tcp">Listen on a port of 127.0.0.1 instead of a Unix socket.</param>
    /// <param name="variables">Further variables.</param>
    public static async Task<RunnerProgram> StartAsync(string? program = null, bool tcp = false, IReadOnlyDictionary<string, string?>? variables = null)
    {
        var folder = new TempFolder("devex-serve-");
        foreach (var part in (string[])["workspace", "home", "journal"])
            Directory.CreateDirectory(folder[part]);
        var (signer, replId) = (new RunnerSigner(), ReplId.New());
        var address = tcp ? $"http://127.0.0.1:{FreePort.Next()}" : $"unix:{folder["s"]}";
        var environment = new Dictionary<string, string?>(variables ?? new Dictionary<string, string?>())
        {
            ["DEVEX_REPL"] = replId.ToString(),
            ["DEVEX_FILES"] = folder.Path,
            ["DEVEX_WORKSPACE"] = folder["workspace"],
            ["DEVEX_HOME"] = folder["home"],
            ["DEVEX_JOURNAL"] = folder["journal"],
            ["DEVEX_LISTEN"] = address,
            ["DEVEX_CORE_KEY"] = signer.PublicKey,
        };
        var started = Stopwatch.GetTimestamp();
        var process = ProgramProcess.Start(program ?? BuiltProgram.Path("Devex.Runner"), ["serve"], environment);
        using var client = new RunnerClient(address, replId, signer);
        await process.WaitForAsync(address, client.IsAliveAsync, pause: TimeSpan.FromMilliseconds(1));
        return new RunnerProgram(folder, process, signer, replId, address) { StartTime = Stopwatch.GetElapsedTime(started) };
    }

    /// <summary>Dials the runner: for raw bytes.</summary>
    public Task<Socket> DialAsync(CancellationToken cancellation = default) => RunnerClient.DialAsync(Address, cancellation);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        Signer.Dispose();
        _folder.Dispose();
    }
}
