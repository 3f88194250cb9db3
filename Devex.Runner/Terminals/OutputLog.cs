using System.Buffers;

namespace Devex.Runner.Terminals;

/// <summary>
/// The last mebibyte of a terminal's output in blocks, addressed by its offset since the beginning. One thread appends;
/// any number of readers borrow parts without copying. A block that was dropped while borrowed is reused only when it
/// was given back, so that a slow reader sees neither torn bytes nor holds anybody up.
/// </summary>
internal sealed class OutputLog : IDisposable
{
    public const int BlockSize = 64 << 10;

    /// <summary>Bytes kept at least, once that many were written.</summary>
    public const int Kept = 1 << 20;

    private const int ResumeSearch = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<Block> _blocks = new();
    private Block? _last;
    private long _end;
    private bool _disposed;

    /// <summary>Bytes written since the beginning.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Offset of the oldest byte kept.</summary>
    public long Start
    {
        get
        {
            lock (_gate) return StartLocked();
        }
    }

    /// <summary>Where to write next; never empty. For the one writer.</summary>
    public Span<byte> Room()
    {
        var used = (int)(_end % BlockSize);
        if (_last is not null && used > 0) return _last.Bytes.AsSpan(used, BlockSize - used);
        if (_last is null || _end > _last.Offset)
        {
            lock (_gate)
            {
                _last = new Block(ArrayPool<byte>.Shared.Rent(BlockSize), _end);
                _blocks.Enqueue(_last);
                while (_blocks.Peek().Offset + BlockSize + Kept <= _end) Drop(_blocks.Dequeue());
            }
        }

        return _last.Bytes.AsSpan(0, BlockSize);
    }

    /// <summary>Says how many bytes of <see cref="Room"/> were written.</summary>
    public void Commit(int count)
    {
        lock (_gate) Volatile.Write(ref _end, _end + count);
    }

    /// <summary>
    /// Borrows what follows <paramref name="offset"/>, up to the end of a block; false when there is nothing yet. Where older
    /// output is gone the piece begins later, after a line break if one is near, so that no escape sequence is shown by half.
    /// </summary>
    public bool TryBorrow(long offset, out Piece piece)
    {
        lock (_gate)
        {
            var start = StartLocked();
            if (offset < start) offset = Resume(start);
            if (offset >= _end || _disposed)
            {
                piece = default;
                return false;
            }

            var block = BlockAt(offset);
            block.Borrowed++;
            var from = (int)(offset - block.Offset);
            piece = new Piece(this, block, offset, block.Bytes.AsMemory(from, (int)Math.Min(BlockSize - from, _end - offset)));
            return true;
        }
    }

    /// <summary>Where a reader at <paramref name="offset"/> really begins.</summary>
    public long Clamp(long offset)
    {
        lock (_gate)
        {
            var start = StartLocked();
            return offset < start ? Resume(start) : Math.Min(offset, _end);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_blocks.TryDequeue(out var block)) Drop(block);
        }
    }

    private void GiveBack(Block block)
    {
        lock (_gate)
        {
            if (--block.Borrowed == 0 && block.Dropped) ArrayPool<byte>.Shared.Return(block.Bytes);
        }
    }

    private static void Drop(Block block)
    {
        block.Dropped = true;
        if (block.Borrowed == 0) ArrayPool<byte>.Shared.Return(block.Bytes);
    }

    private long StartLocked() => _blocks.Count == 0 ? _end : _blocks.Peek().Offset;

    private Block BlockAt(long offset)
    {
        foreach (var block in _blocks)
        {
            if (offset < block.Offset + BlockSize) return block;
        }

        throw new InvalidOperationException("The offset is past the end.");
    }

    private long Resume(long start)
    {
        if (start == 0 || _blocks.Count == 0) return start;
        var bytes = _blocks.Peek().Bytes.AsSpan(0, (int)Math.Min(ResumeSearch, _end - start));
        return start + bytes.IndexOf((byte)'\n') + 1;
    }

    /// <summary>Output that is borrowed until disposed.</summary>
    internal readonly struct Piece(OutputLog log, Block block, long offset, ReadOnlyMemory<byte> bytes) : IDisposable
    {
        /// <summary>Offset of the first byte.</summary>
        public long Offset => offset;

        public ReadOnlyMemory<byte> Bytes => bytes;

        public void Dispose() => log.GiveBack(block);
    }

    internal sealed class Block(byte[] bytes, long offset)
    {
        public byte[] Bytes => bytes;

        public long Offset => offset;

        public int Borrowed { get; set; }

        public bool Dropped { get; set; }
    }
}
