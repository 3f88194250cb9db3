using System.Security.Cryptography;
using Devex.Contracts.Snapshots;
using ZstdSharp;

namespace Devex.Snapshots.Packs;

/// <summary>A finished pack, ready to be put under its name.</summary>
/// <param name="Name">Scope and SHA-256 of <paramref name="Bytes"/>.</param>
/// <param name="Bytes">The object.</param>
public sealed record SealedPack(PackName Name, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Writes contents into packs, one after the other. At most one unfinished pack is in memory; finished ones are given to
/// <paramref name="upload"/>, which bounds memory by waiting. Extents are final once <see cref="CompleteAsync"/> has returned.
/// </summary>
public sealed class PackWriter(
    SnapshotScope scope, Func<SealedPack, CancellationToken, ValueTask> upload, Action<Span<byte>>? random = null, int level = PackWriter.DefaultLevel,
    PackBuffers? buffers = null) : IDisposable
{
    public const int DefaultLevel = 3;

    private const int Samples = 8;
    private const int SampleBytes = 2048;

    private readonly Compressor _compressor = new(level);
    private readonly byte[] _group = new byte[SnapshotFormat.GroupBytes];
    private readonly List<Extent> _groupExtents = [];
    private readonly List<Extent> _fileExtents = [];
    private int _groupLength;
    private byte[] _pack = [];
    private int _packLength;
    private PackName? _name;
    private Extent? _open;
    private bool _sealed;

    /// <summary>Adds a whole content and returns where it will be.</summary>
    public async ValueTask<IReadOnlyList<Extent>> AddAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await BeginAsync(content.Length, cancellationToken);
        await WriteAsync(content, cancellationToken);
        return End();
    }

    /// <summary>Begins a content of about <paramref name="length"/> bytes.</summary>
    public async ValueTask BeginAsync(long length, CancellationToken cancellationToken)
    {
        _fileExtents.Clear();
        _open = null;
        // A content that fits into one group is never split over two: it is then fetched and unpacked with one.
        if (length > SnapshotFormat.GroupBytes - _groupLength)
            await FlushGroupAsync(cancellationToken);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        while (content.Length > 0)
        {
            if (_groupLength == SnapshotFormat.GroupBytes)
                await FlushGroupAsync(cancellationToken);
            var part = Math.Min(content.Length, SnapshotFormat.GroupBytes - _groupLength);
            Extend(part);
            content[..part].CopyTo(_group.AsMemory(_groupLength));
            _groupLength += part;
            content = content[part..];
        }
    }

    /// <summary>Ends the content begun last.</summary>
    public IReadOnlyList<Extent> End()
    {
        _open = null;
        return [.. _fileExtents];
    }

    /// <summary>Finishes the last pack; null when it holds nothing.</summary>
    public async ValueTask<SealedPack?> CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushGroupAsync(cancellationToken);
        return Seal();
    }

    public void Dispose() => _compressor.Dispose();

    private void Extend(int length)
    {
        EnsurePack();
        if (_open is null || _open.Pack != _name)
        {
            _open = new Extent { Pack = _name!, Offset = _packLength, Skip = _groupLength };
            _fileExtents.Add(_open);
        }
        if (_groupExtents.Count == 0 || _groupExtents[^1] != _open)
            _groupExtents.Add(_open);
        _open.Length += length;
    }

    private void EnsurePack()
    {
        if (_name is not null)
            return;
        _name = new PackName(scope, default);
        // The first is small in most saves; where there are more, they are full.
        _pack = buffers is not null && _sealed ? buffers.Take() : new byte[64 * 1024];
        _packLength = PackLayout.HeaderBytes;
        Span<byte> start = stackalloc byte[PackLayout.RandomBytes];
        (random ?? RandomNumberGenerator.Fill)(start);
        PackLayout.WriteHeader(_pack, start);
    }

    private async ValueTask FlushGroupAsync(CancellationToken cancellationToken)
    {
        if (_groupLength == 0)
            return;
        Compress();
        // Whatever the next group is, it fits.
        if (_packLength + PackLayout.GroupHeaderBytes + SnapshotFormat.GroupBytes > SnapshotFormat.MaxPackBytes && Seal() is { } pack)
            await upload(pack, cancellationToken);
    }

    private void Compress()
    {
        var needed = _packLength + PackLayout.GroupHeaderBytes + Compressor.GetCompressBound(_groupLength);
        if (_pack.Length < needed)
            Array.Resize(ref _pack, Math.Max(needed, Math.Min(_pack.Length * 2, SnapshotFormat.MaxPackBytes + SnapshotFormat.GroupBytes)));
        var body = _pack.AsSpan(_packLength + PackLayout.GroupHeaderBytes);
        var stored = IsWorthIt() ? _compressor.Wrap(_group.AsSpan(0, _groupLength), body) : _groupLength;
        if (stored >= _groupLength)
        {
            _group.AsSpan(0, _groupLength).CopyTo(body);
            stored = _groupLength;
        }
        PackLayout.WriteGroupHeader(_pack.AsSpan(_packLength), stored, _groupLength);
        var size = PackLayout.GroupHeaderBytes + stored;
        foreach (var extent in _groupExtents)
            extent.Stored += size;
        _groupExtents.Clear();
        _packLength += size;
        _groupLength = 0;
    }

    /// <summary>
    /// Whether a full group shrinks at all, by samples from all over it: pictures, archives and noise do not, and to find that out by compressing them takes as long as compressing text.
    /// </summary>
    private bool IsWorthIt()
    {
        if (_groupLength < SnapshotFormat.GroupBytes / 2)
            return true;
        Span<byte> sample = stackalloc byte[Samples * SampleBytes];
        for (var i = 0; i < Samples; i++)
            _group.AsSpan(_groupLength / Samples * i, SampleBytes).CopyTo(sample[(i * SampleBytes)..]);
        Span<byte> packed = stackalloc byte[Compressor.GetCompressBound(sample.Length)];
        return _compressor.Wrap(sample, packed) < sample.Length - (sample.Length / 50);
    }

    private SealedPack? Seal()
    {
        if (_name is not { } name)
            return null;
        var bytes = _pack.AsMemory(0, _packLength);
        name.Hash = Digest.Of(bytes.Span);
        _name = null;
        _sealed = true;
        _pack = [];
        return new SealedPack(name, bytes);
    }
}
