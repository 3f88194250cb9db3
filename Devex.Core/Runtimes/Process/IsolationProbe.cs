using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Devex.Contracts;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Process;

/// <summary>What the probe found.</summary>
/// <param name="Sandbox">The strongest that held.</param>
/// <param name="Notice">For people, when something is less than it could be.</param>
internal sealed record ProbeResult(Sandbox Sandbox, string? Notice);

/// <summary>Finds out whether sessions are isolated by really trying to get out of a throw-away sandbox, not by looking for a program.</summary>
internal sealed class IsolationProbe(
    ProcessFolders folders, SessionCommands commands, ProcessLauncher launcher, IOptions<ProcessOptions> options)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string[] Needed = ["bash", "setsid", "flock", "setpriv", "prlimit", "unshare"];
    private static readonly string[] NeededForNetwork = ["slirp4netns", "ip", "mkfifo"];

    public async Task<ProbeResult> RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Sandbox)
            return new(Sandbox.None, "not isolated: Runtime:Process:Sandbox is off.");
        if (!OperatingSystem.IsLinux())
            return new(Sandbox.None, "not isolated: sessions are isolated on Linux only.");
        if (Missing(["bwrap", .. Needed]) is { } tool)
            return new(Sandbox.None, $"not isolated: {(tool == "bwrap" ? "bubblewrap" : tool)} is not installed.");

        var missing = Missing(NeededForNetwork);
        var network = missing is null ? await TryAsync(Sandbox.Full, cancellationToken) : $"{missing} is not installed.";
        if (network is null)
            return new(Sandbox.Full, null);
        return await TryAsync(Sandbox.WithoutNetwork, cancellationToken) is { } failure
            ? new(Sandbox.None, $"not isolated: {failure}")
            : new(Sandbox.WithoutNetwork, $"programs have no network: {network}");
    }

    private static string? Missing(IEnumerable<string> tools) => tools.FirstOrDefault(tool => ToolFinder.ForThisProcess.Find(tool) is null);

    /// <summary>Null when the sandbox works and holds, else why not.</summary>
    private async Task<string?> TryAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        var place = new SessionPlace(UserId.Local("probe"), ReplId.New(), "probe", Native.IsRoot ? folders.FirstUid : null);
        var paths = folders.Of(place.Id);
        var listeners = new List<TcpListener>();
        try
        {
            Modes.CreateFolder(paths.Root, Modes.Passage);
            Modes.CreateFolder(paths.Processes, Modes.Private);
            Modes.CreateFolder(paths.Etc, Modes.Readable);
            EtcFiles.Write(paths.Etc, "probe");
            listeners.AddRange(((IPAddress[])[IPAddress.Loopback, .. NetworkRoutes.HostAddresses()]).Select(Listen));
            var targets = listeners.Select(listener => listener.LocalEndpoint.ToString()!)
                // The gateway that slirp4netns shows would lead to the host's loopback if it let it.
                .Append(string.Create(CultureInfo.InvariantCulture, $"10.0.2.2:{((IPEndPoint)listeners[0].LocalEndpoint).Port}"));

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            var request = commands.InSandbox(
                place, sandbox, "probe", new Stage(place.Uid is null ? null : folders.Stage), [], [],
                ["bash", "-c", EmbeddedScript.Read("probe.sh"), "probe", folders.Data, .. targets]);
            var process = await ProcessLauncher.EnsureAsync(paths, options.Value.FileSizeLimit, () => request, request.Name, limit.Token);
            await launcher.WaitAsync(paths, request.Name, process, limit.Token);
            return Judge(await File.ReadAllLinesAsync(paths.Process(request.Name, "log"), cancellationToken), listeners);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"the sandbox did not answer within {Limit.TotalSeconds:0} s.";
        }
        finally
        {
            foreach (var listener in listeners)
                listener.Stop();
            await launcher.KillAsync(paths, "probe", cancellationToken);
            Directory.Delete(paths.Root, recursive: true);
        }
    }

    private static string? Judge(string[] lines, List<TcpListener> listeners)
    {
        if (lines.FirstOrDefault(line => line.StartsWith("escaped: ", StringComparison.Ordinal)) is { } escape)
            return $"{escape["escaped: ".Length..]}.";
        if (listeners.Find(listener => listener.Pending()) is { } reached)
            return $"a session reaches {reached.LocalEndpoint}.";
        return lines is [.., "done"] ? null : $"the sandbox does not start: {lines.LastOrDefault() ?? "it said nothing"}";
    }

    private static TcpListener Listen(IPAddress address)
    {
        var listener = new TcpListener(address, 0);
        listener.Start();
        return listener;
    }
}
