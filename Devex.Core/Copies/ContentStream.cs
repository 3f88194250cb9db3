namespace Devex.Core.Copies;

/// <summary>Parts that come one after the other, as a stream that is read once.</summary>
internal sealed class ContentStream(IAsyncEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellation) : Stream
{
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> _parts = parts.GetAsyncEnumerator(cancellation);
    private ReadOnlyMemory<byte> _part;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_part.IsEmpty)
        {
            if (!await _parts.MoveNextAsync())
                return 0;
            _part = _parts.Current;
        }
        var count = Math.Min(buffer.Length, _part.Length);
        _part[..count].CopyTo(buffer);
        _part = _part[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        await _parts.DisposeAsync();
        await base.DisposeAsync();
    }
}
