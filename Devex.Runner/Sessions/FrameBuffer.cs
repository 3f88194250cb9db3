using System.Buffers;
using System.Net.WebSockets;

namespace Devex.Runner.Sessions;

/// <summary>Receives whole messages of at most <paramref name="limit"/> bytes. Grows for a large one and shrinks after it.</summary>
internal sealed class FrameBuffer(int limit) : IDisposable
{
    private const int Small = 4096;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Small);
    private int _length;

    /// <summary>The message received last; valid until the next.</summary>
    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, _length);

    /// <summary>Receives one message; null when it is too large.</summary>
    public async Task<WebSocketMessageType?> ReceiveAsync(WebSocket socket, CancellationToken cancellation)
    {
        if (_buffer.Length > 16 * Small)
            Replace(Small, keep: 0);
        _length = 0;
        while (true)
        {
            if (_length == _buffer.Length)
            {
                if (_length >= limit)
                    return null;
                Replace(Math.Min(_length * 4, limit + 1), keep: _length);
            }
            var received = await socket.ReceiveAsync(_buffer.AsMemory(_length), cancellation);
            if (received.MessageType == WebSocketMessageType.Close)
                return WebSocketMessageType.Close;
            _length += received.Count;
            if (_length > limit)
                return null;
            if (received.EndOfMessage)
                return received.MessageType;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Replace(int size, int keep)
    {
        var next = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, keep).CopyTo(next);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = next;
    }
}
