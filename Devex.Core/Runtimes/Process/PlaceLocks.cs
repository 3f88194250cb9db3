namespace Devex.Core.Runtimes.Process;

/// <summary>
/// Lets one Core at a time make or remove a session's place: one that stood still in the middle, while another took its session over, would go on over the other's files.
/// A Core that dies lets go by dying. Locks are files of their own, <c>{data}/.locks/{replId}</c>, because the place itself comes and goes.
/// </summary>
internal sealed class PlaceLocks(ProcessFolders folders, TimeProvider time)
{
    // EWOULDBLOCK of flock(2), which the framework passes on.
    private const int HeldOnLinux = 11;
    private const int HeldOnMacOs = 35;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <exception cref="IOException">The lock's file cannot be had, for another reason than that somebody holds it.</exception>
    public async Task<PlaceLock> TakeAsync(SessionFolders place, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folders.Locks, place.Id.ToString());
        while (true)
        {
            try
            {
                var taken = new PlaceLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
                if (taken.IsThere)
                    return taken;
                // Whoever held it removed it when this one had it open already: others meet at a new file.
                taken.Dispose();
            }
            catch (IOException e) when (e.HResult == (OperatingSystem.IsMacOS() ? HeldOnMacOs : HeldOnLinux))
            {
                await Task.Delay(Look, time, cancellationToken);
            }
        }
    }
}

/// <summary>A lock that is held until it is disposed.</summary>
internal sealed class PlaceLock(FileStream file) : IDisposable
{
    /// <summary>Whether the file still has its name.</summary>
    internal bool IsThere =>
        !OperatingSystem.IsLinux() || new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget is { } target && !target.EndsWith(" (deleted)", StringComparison.Ordinal);

    /// <summary>Removes the file as well: the place is gone. Where nobody could tell that, it stays.</summary>
    public void Forget()
    {
        if (OperatingSystem.IsLinux())
            File.Delete(file.Name);
    }

    public void Dispose() => file.Dispose();
}
