using System.Globalization;

namespace Devex.Core.Runtimes.Process;

/// <summary>Host users of sessions, when Core is root: one each, so that not even a hole in the sandbox leads from one REPL to another.</summary>
internal sealed class UidPool(ProcessFolders folders)
{
    public const int Count = 50_000;
    private const int Attempts = 1000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();

    /// <summary>Takes the lowest free user and records it in the session's folder. Several Cores may do so over one data folder at once.</summary>
    public SessionPlace Assign(SessionPlace place, SessionFolders paths)
    {
        lock (_gate)
        {
            using var alone = LockFile();
            var taken = Directory.EnumerateDirectories(folders.Data)
                .Select(folder => SessionPlace.Load(Path.Combine(folder, "session.json"))?.Uid)
                .ToHashSet();
            var free = Enumerable.Range(folders.FirstUid + 1, Count - 1).FirstOrDefault(uid => !taken.Contains(uid));
            if (free == 0)
                throw new RuntimeException("All host users of sessions are taken.");
            var assigned = place with { Uid = free };
            assigned.Save(paths.Record);
            return assigned;
        }
    }

    /// <summary>Kills whatever still runs as a session's user, and waits until nothing does.</summary>
    public static async Task EndAsync(int uid, CancellationToken cancellationToken)
    {
        while (Processes(uid) is { Count: > 0 } left)
        {
            foreach (var pid in left)
                _ = Native.Kill(pid, Native.SigKill);
            await Task.Delay(Look, cancellationToken);
        }
    }

    private FileStream LockFile()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(Path.Combine(folders.Data, ".uids"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < Attempts && Directory.Exists(folders.Data))
            {
                // Another Core is at it, for a moment; what lasts longer, such as a full disk, is told.
                Thread.Sleep(Look);
            }
        }
    }

    private static List<int> Processes(int uid)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"Uid:\t{uid}\t");
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                var status = File.ReadAllText(Path.Combine(folder, "status"));
                if (status.Contains(mark, StringComparison.Ordinal) && !status.Contains("State:\tZ", StringComparison.Ordinal))
                    found.Add(pid);
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }
        return found;
    }
}
