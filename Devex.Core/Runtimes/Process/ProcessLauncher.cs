using System.Globalization;
using SystemProcess = System.Diagnostics.Process;

namespace Devex.Core.Runtimes.Process;

/// <summary>One process to run.</summary>
/// <param name="Name">Stable within the session: <c>serve</c>, <c>saver</c>, <c>restore</c>, <c>save-{attempt}</c>.</param>
/// <param name="Uid">Host user; null for Core's own.</param>
/// <param name="Stage">Where the process finds what it needs.</param>
/// <param name="Network">Whether it gets a network of its own.</param>
/// <param name="Command">Program and arguments, environment included (by <c>env</c> or the sandbox).</param>
internal sealed record LaunchRequest(string Name, int? Uid, Stage Stage, bool Network, IReadOnlyList<string> Command);

/// <summary>Starts <c>launch.sh</c>, detached: it and what it starts outlive Core.</summary>
internal sealed class ProcessLauncher(ProcessExits exits)
{
    private const int TailBytes = 4096;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    private static readonly string Script = EmbeddedScript.Read("launch.sh");

    /// <summary>The process of that name if it runs, else a new one.</summary>
    public static async Task<ProcessIdentity> EnsureAsync(
        SessionFolders folders, long fileSizeLimit, Func<LaunchRequest> describe, string name, CancellationToken cancellationToken)
    {
        if (Running(folders, name) is { } running)
            return running;
        var request = describe();
        File.Delete(folders.Process(name, "exit"));
        var info = new System.Diagnostics.ProcessStartInfo("setsid") { WorkingDirectory = "/", UseShellExecute = false };
        foreach (var argument in (string[])["bash", "--noprofile", "--norc", "-c", Script, "launch", .. request.Command])
            info.ArgumentList.Add(argument);
        info.Environment.Clear();
        foreach (var (key, value) in Variables(folders, fileSizeLimit, request))
            info.Environment[key] = value;

        using var process = SystemProcess.Start(info) ?? throw new RuntimeException("setsid could not be started.");
        // The process id stays the same through setsid and bash; a process that is gone already has told why in its log.
        var started = new ProcessIdentity(process.Id, ProcessIdentity.StartOf(process.Id) ?? "", ProcessIdentity.CurrentBoot);
        // Until it has said who it is, nobody could find it to end it.
        while (started.IsAlive && Running(folders, name) is null)
            await Task.Delay(Look, cancellationToken);
        return started;
    }

    /// <summary>The process of that name, started by this Core or another; null when it does not run.</summary>
    public static ProcessIdentity? Running(SessionFolders folders, string name) =>
        ProcessIdentity.Load(folders.Process(name, "json")) is { IsAlive: true } identity ? identity : null;

    /// <summary>Waits for the end of a process that <see cref="EnsureAsync"/> returned.</summary>
    public async Task<RunOutcome> WaitAsync(SessionFolders folders, string name, ProcessIdentity process, CancellationToken cancellationToken)
    {
        await exits.WaitAsync(process, cancellationToken);
        // Two may have been started at once: the one that did not get the lock ended at once, and the other is the one to wait for.
        while (Running(folders, name) is { } other)
            await exits.WaitAsync(other, cancellationToken);
        return Outcome(folders, name) ?? new RunOutcome(null, LastWords(folders, name));
    }

    /// <summary>How it ended; null when it runs, never ran or was killed.</summary>
    public static RunOutcome? Outcome(SessionFolders folders, string name)
    {
        try
        {
            var text = File.ReadAllText(folders.Process(name, "exit"));
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? new RunOutcome(code, LastWords(folders, name)) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>SIGKILL, which takes all that hangs below with it; returns when it is gone.</summary>
    public async Task KillAsync(SessionFolders folders, string name, CancellationToken cancellationToken)
    {
        if (Running(folders, name) is not { } process)
            return;
        _ = Native.Kill(process.Pid, Native.SigKill);
        await exits.WaitAsync(process, cancellationToken);
    }

    /// <summary>The last lines of a process's output, at most 4 KiB.</summary>
    public static string LastWords(SessionFolders folders, string name)
    {
        try
        {
            using var log = new FileStream(folders.Process(name, "log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            log.Position = Math.Max(0, log.Length - TailBytes);
            using var reader = new StreamReader(log);
            return string.Join('\n', reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(5)).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static IEnumerable<(string, string)> Variables(SessionFolders folders, long fileSizeLimit, LaunchRequest request) =>
    [
        ("PATH", ToolFinder.SystemPath),
        ("LANG", "C.UTF-8"),
        ("LOCK", folders.Process(request.Name, "lock")),
        ("IDENTITY", folders.Process(request.Name, "json")),
        ("EXIT", folders.Process(request.Name, "exit")),
        ("LOG", folders.Process(request.Name, "log")),
        ("PIPES", folders.Process(request.Name, "pipe")),
        ("BINDS", request.Stage.Lines),
        ("STAGE", request.Stage.Folder ?? ""),
        ("UIDS", request.Uid?.ToString(CultureInfo.InvariantCulture) ?? ""),
        ("NET", request.Network ? "slirp" : ""),
        ("ROUTES", request.Network ? string.Join('\n', NetworkRoutes.Unreachable()) : ""),
        ("FSIZE", fileSizeLimit.ToString(CultureInfo.InvariantCulture)),
    ];
}
