using Devex.Contracts.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Documents;

/// <summary>
/// The accepted updates of one document on the node's disk, written before they are acknowledged, not synced: a killed
/// process loses nothing, and a node that dies is covered by what browsers still hold.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly MemoryStream _buffer = new();

    private Journal(SafeFileHandle file, long length) => (_file, Length) = (file, length);

    public long Length { get; private set; }

    /// <summary>Null when there is none, or nothing in it can be used.</summary>
    public static JournalContent? Read(string path)
    {
        try
        {
            return JournalRecords.Read(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or ChangeException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>Begins a journal anew, from the state that the file has; the former one is replaced in one step.</summary>
    public static Journal Begin(string path, Checkpoint start, string fileHash)
    {
        using var record = new MemoryStream();
        JournalRecords.WriteCheckpoint(record, start);
        JournalRecords.WriteFlushed(record, start.Version, fileHash);
        var draft = Path.Combine(Path.GetDirectoryName(path)!, SessionProtocol.TemporaryPrefix + Path.GetFileName(path));
        var file = File.OpenHandle(draft, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
        try
        {
            RandomAccess.Write(file, record.GetBuffer().AsSpan(0, (int)record.Length), 0);
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return new Journal(file, record.Length);
    }

    /// <summary>Goes on after the whole records of a journal.</summary>
    public static Journal Continue(string path, long length)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete);
        RandomAccess.SetLength(file, length);
        return new Journal(file, length);
    }

    /// <summary>Appends updates, the first of which was applied to <paramref name="version"/>.</summary>
    /// <param name="version">Before them.</param>
    /// <param name="updates">What was accepted.</param>
    /// <param name="merged">The hash of the file that they bring in, when another program wrote it.</param>
    /// <exception cref="IOException">There is no room; nothing was appended.</exception>
    public void Append(long version, IReadOnlyList<Update> updates, string? merged = null)
    {
        foreach (var update in updates) JournalRecords.WriteUpdate(_buffer, version++, update);
        if (merged is not null) JournalRecords.WriteMerged(_buffer, version, merged);
        Write();
    }

    /// <summary>Notes that the file holds <paramref name="version"/>.</summary>
    /// <exception cref="IOException">There is no room; nothing was appended.</exception>
    public void Flushed(long version, string hash)
    {
        JournalRecords.WriteFlushed(_buffer, version, hash);
        Write();
    }

    public void Dispose() => _file.Dispose();

    private void Write()
    {
        var bytes = _buffer.GetBuffer().AsSpan(0, (int)_buffer.Length);
        _buffer.SetLength(0);
        try
        {
            RandomAccess.Write(_file, bytes, Length);
            Length += bytes.Length;
        }
        catch (IOException)
        {
            // A record written by half would hide those after it.
            RandomAccess.SetLength(_file, Length);
            throw;
        }
    }
}
