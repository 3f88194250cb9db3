using System.Text.Json;
using Devex.Contracts.Protocol;
using Devex.Runner.Serving;
using Devex.Runner.Snapshots;

namespace Devex.Runner.Saves;

/// <summary>
/// What the saver says of itself, by <c>.devex-saves.json</c> in the journal's folder. Programs of the user can write there too: what stands here is shown, and decides nothing that Core does
/// not decide again.
/// </summary>
internal sealed class SavesFile(ServeOptions options)
{
    private const int MostBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private (long WrittenAt, long Length) _seen;
    private SavesState _state = new(SaveProgress.Unknown);

    /// <summary>What was read last.</summary>
    public SavesState Known
    {
        get
        {
            lock (_gate)
                return _state;
        }
    }

    /// <summary>The newest that can be read.</summary>
    public SavesState Read()
    {
        lock (_gate)
        {
            try
            {
                using var file = JournalFile.Open(options.Journal, JournalFile.Saves, Libc.ReadOnly);
                if (file is null || !Libc.TryStat(file, [], out var status) || status.Size is 0 or > MostBytes || (status.Changed, status.Size) == _seen)
                    return _state;
                var bytes = new byte[status.Size];
                var length = RandomAccess.Read(file, bytes, 0);
                var state = JsonSerializer.Deserialize(bytes.AsSpan(0, length), ProtocolJson.Default.SavesState);
                if (state is null || state.NotKept?.Any(item => item is not { Path: not null, Reason: not null }) == true)
                    return _state;
                _seen = (status.Changed, status.Size);
                return _state = state;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
            {
                // Met while it was being written: the next look finds it whole.
                return _state;
            }
        }
    }
}
