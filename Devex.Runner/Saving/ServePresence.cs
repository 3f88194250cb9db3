using Devex.Runner.Saves;
using Devex.Runner.Snapshots;

namespace Devex.Runner.Saving;

/// <summary>
/// Whether <c>serve</c> still brings edits to files: it holds a lock on <c>.devex-serving</c> in the journal's folder from its start until it has frozen and flushed. A killed
/// one holds nothing.
/// </summary>
internal sealed class ServePresence(string files, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly string _journal = Path.Combine(files, "journal");

    public async Task WaitUntilGoneAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (IsThere() && time.GetElapsedTime(start) < Longest)
            await Task.Delay(Poll, time, cancellationToken);
    }

    private bool IsThere()
    {
        using var file = JournalFile.Open(_journal, JournalFile.Serving, Libc.ReadOnly);
        // .NET's share modes are locks of the whole file, which the kernel drops with the process that held them.
        return file is not null && Libc.IsLocked(file);
    }
}
