using Devex.Core.Runtimes.Process;
using Microsoft.Win32.SafeHandles;

namespace Devex.Core.Imports.Git;

/// <summary>
/// A temporary folder, locked as long as it is used: a Core that is killed lets go of it, and the next one that starts on this machine removes it. Disposing removes it.
/// </summary>
internal sealed class CloneFolder : IAsyncDisposable
{
    // Of this class alone: what begins so and is not locked is removed.
    private const string Prefix = "devex-import-clone-";

    private readonly SafeFileHandle _lock;

    private CloneFolder(string path, SafeFileHandle held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public static CloneFolder Create()
    {
        while (true)
        {
            var path = Directory.CreateTempSubdirectory(Prefix).FullName;
            // Another Core that starts may take it for left over before it is locked.
            if (Native.LockFolder(path) is { } held)
            {
                if (Directory.Exists(path))
                    return new CloneFolder(path, held);
                held.Dispose();
            }
        }
    }

    /// <summary>Removes what Cores that were killed left in a folder of temporary files.</summary>
    /// <returns>How many there were.</returns>
    public static async Task<int> SweepAsync(string temporary, CancellationToken cancellationToken)
    {
        var removed = 0;
        if (!OperatingSystem.IsLinux())
            return removed;
        foreach (var path in Directory.EnumerateDirectories(temporary, Prefix + "*"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Native.LockFolder(path) is not { } held)
                continue;
            using (held)
                await RemoveAsync(path);
            removed += Directory.Exists(path) ? 0 : 1;
        }
        return removed;
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(Path);
        _lock.Dispose();
    }

    private static async Task RemoveAsync(string path)
    {
        // What git writes last, a kill may still find it writing. What stays is no reason to call a finished import failed.
        for (var attempt = 1; attempt <= 5 && Directory.Exists(path); attempt++)
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await Task.Delay(20 * attempt, CancellationToken.None);
            }
        }
    }
}
