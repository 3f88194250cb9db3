using System.Net.WebSockets;
using System.Threading.Channels;

namespace Devex.Core.Tests.Events;

/// <summary>A reader's end of a WebSocket that takes frames, or takes none, and answers a close, or does not.</summary>
internal sealed class FakeSocket : WebSocket
{
    private readonly Channel<byte[]> _sent = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WebSocketCloseStatus?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebSocketState _state = WebSocketState.Open;

    /// <summary>From now on nothing is taken: the network's buffers are full.</summary>
    public bool TakesNothing { get; set; }

    /// <summary>Completes when a frame waits to be taken.</summary>
    public Task Stuck => _stuck.Task;

    /// <summary>The close status that was sent; null when the connection was cut.</summary>
    public Task<WebSocketCloseStatus?> Ended => _ended.Task;

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => _state;

    public override string? SubProtocol => null;

    public async Task<string> NextAsync(CancellationToken cancellationToken) =>
        System.Text.Encoding.UTF8.GetString(await _sent.Reader.ReadAsync(cancellationToken));

    public override void Abort()
    {
        _state = WebSocketState.Aborted;
        _ended.TrySetResult(null);
        _reading.TrySetException(new WebSocketException(WebSocketError.ConnectionClosedPrematurely));
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override async Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        if (TakesNothing)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        _state = WebSocketState.CloseSent;
        _ended.TrySetResult(closeStatus);
        _reading.TrySetResult();
    }

    public override void Dispose()
    {
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        await _reading.Task.WaitAsync(cancellationToken);
        return new WebSocketReceiveResult(0, WebSocketMessageType.Close, true);
    }

    public override async Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        if (TakesNothing)
        {
            _stuck.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                // As the real one: a send that is given up in the middle leaves nothing that could be used.
                Abort();
            }
        }
        _sent.Writer.TryWrite(buffer.ToArray());
    }
}
