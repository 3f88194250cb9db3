using System.Net.WebSockets;

namespace Devex.Testing.Runner;

/// <summary>A WebSocket of whole messages: sent one at a time, read until it ends.</summary>
internal sealed class MessageSocket(WebSocket socket) : IAsyncDisposable
{
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource<(int? Code, string? Reason)> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the socket is closed, with the code and reason; both null when it was lost.</summary>
    public Task<(int? Code, string? Reason)> Closed => _closed.Task;

    /// <summary>Reads on; <paramref name="end"/> is called last, and once.</summary>
    public void Begin(Action<byte[], WebSocketMessageType> take, Action<int?, string?> end) => _ = ReadAsync(take, end);

    public async Task SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await socket.SendAsync(message, type, true, cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Loses the connection without a word.</summary>
    public void Abort() => socket.Abort();

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (socket.State == WebSocketState.Open)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            await _closed.Task.WaitAsync(CloseWithin);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or TimeoutException or InvalidOperationException)
        {
            // It is gone either way.
        }
        socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReadAsync(Action<byte[], WebSocketMessageType> take, Action<int?, string?> end)
    {
        (int?, string?) how = (null, null);
        var message = new MemoryStream();
        var buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                message.Write(buffer, 0, received.Count);
                if (!received.EndOfMessage)
                    continue;
                take(message.ToArray(), received.MessageType);
                message.SetLength(0);
            }
            how = ((int?)socket.CloseStatus, socket.CloseStatusDescription);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Lost.
        }
        _closed.TrySetResult(how);
        end(how.Item1, how.Item2);
    }
}
