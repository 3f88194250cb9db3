using System.Globalization;
using System.Text;
using Devex.Contracts;
using Devex.Core.Runtimes.Process;
using Devex.Core.Tests.Processes;

namespace Devex.Core.Tests.Faults;

/// <summary>Finds and kills the runner's own processes, below the scripts and sandboxes that hold them.</summary>
internal static class SessionKiller
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Kills the runner's process under one of the names, as soon as there is one. Where none comes, nothing is there to be killed at that moment.</summary>
    public static async Task KillAsync(CoreProcess core, ReplId id, Func<string, bool> name)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        var folders = core.Folders(id);
        try
        {
            do
            {
                foreach (var process in Names(folders).Where(name).Select(found => ProcessLauncher.Running(folders, found)).OfType<ProcessIdentity>())
                {
                    if (Runner(process.Pid) is { } runner && Native.Kill(runner, Native.SigKill) == 0)
                        return;
                }
            }
            while (await tick.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Processes of a session, wherever they hang.</summary>
    public static IReadOnlyList<string> Left(ReplId id) =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(folder => Read(folder, "environ").Contains($"DEVEX_REPL={id}", StringComparison.Ordinal))
            .Select(folder => $"{Path.GetFileName(folder)} {Read(folder, "cmdline").Replace('\0', ' ')}"),
    ];

    private static IEnumerable<string> Names(SessionFolders folders)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folders.Processes, "*.json").Select(file => Path.GetFileNameWithoutExtension(file))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static int? Runner(int process)
    {
        var words = Read($"/proc/{process}", "cmdline").Split('\0');
        if (Path.GetFileName(words[0]) == "Devex.Runner")
            return process;
        foreach (var child in Read($"/proc/{process}/task/{process}", "children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Runner(int.Parse(child, CultureInfo.InvariantCulture)) is { } runner)
                return runner;
        }
        return null;
    }

    private static string Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file), Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
