namespace Devex.Core.Runtimes.Process;

/// <summary>
/// Lets one Core at a time make or remove a session's place: one that stood still in the middle, while another took its session over, would go on over the other's files.
/// A Core that dies lets go by dying. Several REPLs share a lock, so that none has to be removed.
/// </summary>
internal sealed class PlaceLocks(ProcessFolders folders, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public async Task<IDisposable> TakeAsync(SessionFolders place, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folders.Data, $".lock-{place.Id.ToString()[0]}");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(Look, time, cancellationToken);
            }
        }
    }
}
