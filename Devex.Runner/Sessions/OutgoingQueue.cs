using System.Net.WebSockets;
using System.Threading.Channels;

namespace Devex.Runner.Sessions;

/// <summary>
/// Frames on their way to one client, in order. Notifications never wait: a client for whom more than <see cref="Limit"/> bytes are
/// waiting is too slow and gets closed, so that it stalls nobody. Answers wait for room, which holds back their asker alone.
/// </summary>
internal sealed class OutgoingQueue(WebSocket socket)
{
    /// <summary>Most bytes that wait for one client.</summary>
    public const int Limit = 16 << 20;

    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Channel<ReadOnlyMemory<byte>> _frames = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true });
    private TaskCompletionSource _room = NewSignal();
    private (WebSocketCloseStatus Code, string Reason)? _close;
    private volatile bool _discard;
    private long _bytes;

    /// <summary>Whether it was decided to close: nothing more is taken from the client.</summary>
    public bool Closing
    {
        get
        {
            lock (_gate)
                return _close is not null;
        }
    }

    /// <summary>Puts a frame in line, whatever is in it already, or closes the client as too slow.</summary>
    public void Send(ReadOnlyMemory<byte> frame)
    {
        lock (_gate)
        {
            if (_close is not null)
                return;
            if (_bytes + frame.Length > Limit && _bytes > 0)
            {
                _discard = true;
                SetClose(CloseCode.TooSlow, "too slow");
                return;
            }
            Enqueue(frame);
        }
    }

    /// <summary>Puts a frame in line once there is room for it.</summary>
    public async Task SendWhenRoomAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_close is not null)
                    return;
                if (_bytes == 0 || _bytes + frame.Length <= Limit / 2)
                {
                    Enqueue(frame);
                    return;
                }
                room = _room.Task;
            }
            await room.WaitAsync(cancellation);
        }
    }

    /// <summary>Closes after what is in line; the first reason counts.</summary>
    public void Close(WebSocketCloseStatus code, string reason)
    {
        lock (_gate)
        {
            if (_close is null)
                SetClose(code, reason);
        }
    }

    /// <summary>Sends until closed or lost.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync(cancellation))
        {
            if (_discard)
                break;
            await socket.SendAsync(frame, WebSocketMessageType.Text, true, cancellation);
            lock (_gate)
            {
                _bytes -= frame.Length;
                var room = _room;
                _room = NewSignal();
                room.TrySetResult();
            }
        }
        // The line ends only by closing.
        var (code, reason) = _close!.Value;
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(code, reason, cancellation);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Enqueue(ReadOnlyMemory<byte> frame)
    {
        _frames.Writer.TryWrite(frame);
        _bytes += frame.Length;
    }

    private void SetClose(WebSocketCloseStatus code, string reason)
    {
        _close = (code, reason);
        _room.TrySetResult();
        _frames.Writer.TryComplete();
        // A peer that reads nothing never takes the close frame either.
        _ = AbortLaterAsync();
    }

    private async Task AbortLaterAsync()
    {
        await Task.Delay(CloseTime);
        socket.Abort();
    }
}
