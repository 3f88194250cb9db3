using System.Net.WebSockets;
using System.Text.Json;
using Devex.Contracts.Api;

namespace Devex.Core.Events;

/// <summary>One <c>/api/events</c> socket: the snapshot, then what changes, until either side ends it.</summary>
internal sealed class EventConnection(
    WebSocket socket, EventReader reader, IEventViews views, Func<CancellationToken, Task<bool>> isWelcome, TimeProvider time)
{
    /// <summary>Changes that come together are told together.</summary>
    private static readonly TimeSpan Merge = TimeSpan.FromMilliseconds(25);

    /// <summary>A reader that takes no frame for this long is cut off; it reconnects to a snapshot.</summary>
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(10);

    /// <summary>How often credentials are looked at again.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromMinutes(1);

    /// <summary>How long a reader has to answer a close.</summary>
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(5);

    private WebSocketCloseStatus _close = WebSocketCloseStatus.NormalClosure;

    /// <summary>Ends with the connection; <paramref name="stopping"/> closes it with 1001.</summary>
    public async Task RunAsync(CancellationToken aborted, CancellationToken stopping)
    {
        // A receive that is cancelled aborts the socket, so reading goes on until the close frame is sent.
        using var telling = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var reading = ReadAsync(telling, ended.Token);
        try
        {
            await TellAsync(telling.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The reader went away, was too slow, or Core stops.
        }
        finally
        {
            await CloseAsync(stopping.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : _close, reading);
            await ended.CancelAsync();
            await reading;
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        var checkedAt = time.GetUtcNow();
        while (true)
        {
            var pending = reader.Take();
            if (pending.Resync)
                await SendSnapshotAsync(cancellationToken);
            else
                await SendChangesAsync(pending, cancellationToken);
            if (!await reader.WaitAsync(Recheck, time, cancellationToken) || time.GetUtcNow() - checkedAt >= Recheck)
            {
                checkedAt = time.GetUtcNow();
                if (!await isWelcome(cancellationToken))
                {
                    _close = WebSocketCloseStatus.PolicyViolation;
                    return;
                }
            }
            await Task.Delay(Merge, time, cancellationToken);
        }
    }

    private async Task SendSnapshotAsync(CancellationToken cancellationToken)
    {
        var repls = await views.AllAsync(reader.User, cancellationToken);
        reader.SetKnown(repls.Select(repl => repl.Id));
        await SendAsync(new ReplsSnapshot(repls), cancellationToken);
    }

    private async Task SendChangesAsync(Pending pending, CancellationToken cancellationToken)
    {
        foreach (var id in pending.Changed)
        {
            var repl = await views.OneAsync(reader.User, id, cancellationToken);
            if (repl is not null)
                await SendAsync(new ReplChanged(repl), cancellationToken);
            else if (reader.Knows(id))
                await SendAsync(new ReplRemoved(id), cancellationToken);
            reader.SetKnown(id, repl is not null);
        }
        foreach (var (id, saved) in pending.Saved)
        {
            if (reader.Knows(id))
                await SendAsync(new ReplSaved(id, saved), cancellationToken);
        }
    }

    private async Task SendAsync(DevexEvent what, CancellationToken cancellationToken)
    {
        using var slow = new CancellationTokenSource(SlowAfter, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, slow.Token);
        await socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(what, ApiJson.Default.DevexEvent), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
    }

    /// <summary>Readers have nothing to say; reading is how a close and lost connections are seen.</summary>
    private async Task ReadAsync(CancellationTokenSource telling, CancellationToken ended)
    {
        var buffer = new byte[256];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), ended)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // Either end is gone.
        }
        await telling.CancelAsync();
    }

    private async Task CloseAsync(WebSocketCloseStatus status, Task reading)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        using var limit = new CancellationTokenSource(CloseWithin, time);
        try
        {
            await socket.CloseOutputAsync(status, null, limit.Token);
            // Cutting the connection before the reader has answered can take the close frame with it.
            await reading.WaitAsync(limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            socket.Abort();
        }
    }
}
