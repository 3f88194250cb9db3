using System.Text.Json;
using Devex.Contracts.Protocol;
using Devex.Runner.Serving;

namespace Devex.Runner.Saves;

/// <summary>
/// What the saver says of itself, by <c>.devex-saves.json</c> in the journal's folder. Programs of the user can write there too: what stands here is shown, and decides nothing that Core does
/// not decide again.
/// </summary>
internal sealed class SavesFile(ServeOptions options)
{
    private const int MostBytes = 256 * 1024;

    private readonly string _path = Path.Combine(options.Journal, ".devex-saves.json");
    private readonly Lock _gate = new();
    private (DateTime WrittenAt, long Length) _seen;
    private SavesState _state = new(SaveProgress.Unknown);

    /// <summary>The newest that can be read.</summary>
    public SavesState Read()
    {
        lock (_gate)
        {
            try
            {
                var file = new FileInfo(_path);
                if (!file.Exists || file.LinkTarget is not null || file.Length > MostBytes || (file.LastWriteTimeUtc, file.Length) == _seen)
                    return _state;
                var state = JsonSerializer.Deserialize(File.ReadAllBytes(_path), ProtocolJson.Default.SavesState);
                if (state is null || state.NotKept?.Any(item => item is not { Path: not null, Reason: not null }) == true)
                    return _state;
                _seen = (file.LastWriteTimeUtc, file.Length);
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
