using ZstdSharp;

namespace Devex.Snapshots.Packs;

/// <summary>
/// Reads groups from a range of a pack, each checked against its limits before anything is unpacked, so that memory is bounded whatever the bytes
/// are.
/// </summary>
/// <param name="stream">The range's bytes.</param>
/// <param name="offset">Where in the pack the range begins: 0, or the start of a group.</param>
public sealed class PackReader(Stream stream, int offset) : IDisposable
{
    private readonly Decompressor _decompressor = new();
    private readonly byte[] _stored = new byte[SnapshotFormat.GroupBytes];
    private readonly byte[] _content = new byte[SnapshotFormat.GroupBytes];
    private readonly byte[] _header = new byte[PackLayout.HeaderBytes];
    private int _next = offset;

    /// <summary>Where the last group that was read begins.</summary>
    public int Offset { get; private set; }

    /// <summary>Its bytes in the pack, header included.</summary>
    public int Stored { get; private set; }

    /// <summary>The next group's content, valid until the next call; null at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        if (_next == 0)
        {
            await stream.ReadExactlyAsync(_header, cancellationToken);
            PackLayout.CheckHeader(_header);
            _next = PackLayout.HeaderBytes;
        }
        var read = await stream.ReadAtLeastAsync(_header.AsMemory(0, PackLayout.GroupHeaderBytes), PackLayout.GroupHeaderBytes, false, cancellationToken);
        if (read == 0)
            return null;
        if (read < PackLayout.GroupHeaderBytes)
            throw new SnapshotFormatException("A pack ends within a group.");
        var (stored, content) = PackLayout.ReadGroupHeader(_header);
        try
        {
            await stream.ReadExactlyAsync(_stored.AsMemory(0, stored), cancellationToken);
        }
        catch (EndOfStreamException)
        {
            throw new SnapshotFormatException("A pack ends within a group.");
        }
        Offset = _next;
        Stored = PackLayout.GroupHeaderBytes + stored;
        _next += Stored;
        return stored == content ? _stored.AsMemory(0, stored) : Unpack(stored, content);
    }

    public void Dispose() => _decompressor.Dispose();

    private ReadOnlyMemory<byte> Unpack(int stored, int content)
    {
        try
        {
            if (_decompressor.Unwrap(_stored.AsSpan(0, stored), _content.AsSpan(0, content)) == content)
                return _content.AsMemory(0, content);
        }
        catch (ZstdException)
        {
        }
        throw new SnapshotFormatException("A group of a pack does not unpack to its length.");
    }
}
