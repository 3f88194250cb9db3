using System.Text.Json;
using Devex.Contracts.Protocol;
using Devex.Contracts.Snapshots;
using Devex.Runner.Saves;
using Devex.Runner.Snapshots;

namespace Devex.Runner.Saving;

/// <summary>
/// Tells <c>serve</c> how far saving is, by <c>.devex-saves.json</c> in the journal's folder: it works while Core is away. People see it; receipts are Core's to give.
/// </summary>
internal sealed class SaveReport(string files, TimeProvider time) : IRetries
{
    private readonly string _journal = Path.Combine(files, "journal");
    private readonly Lock _gate = new();
    private SavesState _state = new(SaveProgress.Unknown);

    /// <summary>Whoever else is told of what is tried again.</summary>
    public IRetries? Also { get; set; }

    /// <summary>Changes were found.</summary>
    public void Saving(int count, long bytes) => Write(state => state with { State = SaveProgress.Saving, Files = count, Bytes = bytes, Problem = null });

    public void Failed(string why)
    {
        Also?.Failed(why);
        Write(state => state with { State = SaveProgress.Retrying, Problem = why });
    }

    public void Succeeded()
    {
        Also?.Succeeded();
        Write(state => state with { State = SaveProgress.Saving, Problem = null });
    }

    /// <summary>The root holds everything as of a moment.</summary>
    public void Saved(SnapshotRoot root, string hash, SessionInstant asOf, SpaceUsage usage) => Write(state => state with
    {
        State = SaveProgress.Saved,
        Files = 0,
        Bytes = 0,
        Root = root.Number,
        Hash = hash,
        At = time.GetUtcNow(),
        AsOf = asOf,
        NotKept = root.Stale,
        Usage = usage,
        Problem = null,
    });

    /// <summary>Nothing is written any more.</summary>
    public void Ended(string why) => Write(state => state with { State = SaveProgress.Ended, Problem = why });

    private void Write(Func<SavesState, SavesState> change)
    {
        lock (_gate)
        {
            var next = change(_state);
            if (next == _state)
                return;
            _state = next;
            try
            {
                // In place: another name in the folder would be a change of it. A reader that meets a half looks again.
                using var file = JournalFile.Open(_journal, JournalFile.Saves, Libc.WriteOnly | Libc.Create);
                if (file is null)
                    return;
                var json = JsonSerializer.SerializeToUtf8Bytes(next, ProtocolJson.Default.SavesState);
                RandomAccess.Write(file, json, 0);
                RandomAccess.SetLength(file, json.Length);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk: what is shown may be old, what is saved is not.
            }
        }
    }
}
