using System.Net.WebSockets;

namespace Devex.Runner.Sessions;

/// <summary>
/// Frames on their way to one client, in order. Notifications never wait: a client for whom more than <see cref="Limit"/> bytes are
/// waiting is too slow and gets closed, so that it stalls nobody. Answers wait for room, which holds back their asker alone.
/// </summary>
/// <remarks>
/// Where nothing is in line, who sends carries the frame into the socket, which never blocks: what fifty people are told of one key is then no fifty
/// wake-ups of other threads. What the socket does not take at once goes on by itself, and what comes meanwhile waits in line.
/// </remarks>
internal sealed class OutgoingQueue(WebSocket socket)
{
    /// <summary>Most bytes that wait for one client.</summary>
    public const int Limit = 16 << 20;

    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> _line = new();
    private readonly TaskCompletionSource _ended = NewSignal();
    private TaskCompletionSource? _room;
    private (WebSocketCloseStatus Code, string Reason)? _close;
    private bool _sending;
    private bool _discard;
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
            }
            else
            {
                Enqueue(frame);
            }
            if (!TryBegin())
                return;
        }
        _ = SendAllAsync();
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
                    if (!TryBegin())
                        return;
                    break;
                }
                room = (_room ??= NewSignal()).Task;
            }
            await room.WaitAsync(cancellation);
        }
        _ = SendAllAsync();
    }

    /// <summary>Closes after what is in line; the first reason counts.</summary>
    public void Close(WebSocketCloseStatus code, string reason)
    {
        lock (_gate)
        {
            if (_close is not null)
                return;
            SetClose(code, reason);
            if (!TryBegin())
                return;
        }
        _ = SendAllAsync();
    }

    /// <summary>Ends once all is sent and closed, and fails once the socket is lost.</summary>
    public Task RunAsync(CancellationToken cancellation) => _ended.Task.WaitAsync(cancellation);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool TryBegin() => !_sending && (_sending = true);

    /// <summary>For whom it began: sends until nothing is in line, and closes where that was decided. Never fails.</summary>
    private async Task SendAllAsync()
    {
        try
        {
            // Not with the caller's token: to give up a send that is underway is to abort the socket, and that is for who serves it.
            while (TryNext(out var frame, out var close))
            {
                if (close is { } last)
                {
                    if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                        await socket.CloseOutputAsync(last.Code, last.Reason, CancellationToken.None);
                    _ended.TrySetResult();
                    return;
                }
                await socket.SendAsync(frame, WebSocketMessageType.Text, true, CancellationToken.None);
                Sent(frame.Length);
            }
        }
        catch (Exception e)
        {
            // It stays as if it were sending: nobody tries again.
            _ended.TrySetException(e);
        }
    }

    /// <summary>What is next: a frame, or after the last one the close. With neither nobody is sending any more.</summary>
    private bool TryNext(out ReadOnlyMemory<byte> frame, out (WebSocketCloseStatus Code, string Reason)? close)
    {
        lock (_gate)
        {
            (frame, close) = (default, null);
            if (!_discard && _line.TryDequeue(out frame))
                return true;
            close = _close;
            return _sending = close is not null;
        }
    }

    private void Sent(int length)
    {
        lock (_gate)
        {
            _bytes -= length;
            _room?.TrySetResult();
            _room = null;
        }
    }

    private void Enqueue(ReadOnlyMemory<byte> frame)
    {
        _line.Enqueue(frame);
        _bytes += frame.Length;
    }

    private void SetClose(WebSocketCloseStatus code, string reason)
    {
        _close = (code, reason);
        _room?.TrySetResult();
        // A peer that reads nothing never takes the close frame either.
        _ = AbortLaterAsync();
    }

    private async Task AbortLaterAsync()
    {
        await Task.Delay(CloseTime);
        socket.Abort();
    }
}
