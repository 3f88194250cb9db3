using System.Net.WebSockets;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Sessions;

namespace Devex.Runner.Languages;

/// <summary>One browser's socket to a language server.</summary>
internal sealed class LanguageConnection(WebSocket socket, LanguageServer server, Grant grant, TimeProvider time, CancellationTokenSource over) : IAsker
{
    /// <summary>Largest frame taken, bytes.</summary>
    public const int MaxFrame = 1 << 20;

    private const int Patience = 20;

    private readonly OutgoingQueue _queue = new(socket);
    private readonly RequestRate _rate = new(time);

    public Role Role => grant.Role;

    public void Send(byte[] frame) => _queue.Send(frame);

    public void Answer(byte[] frame) => _queue.Send(frame);

    /// <summary>Serves until either side closes or access is taken away.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await using var revoked = grant.Revoked.Register(() => _queue.Close(CloseCode.Revoked, "access was taken away"));
        await using var stopped = stopping.Register(() => _queue.Close(CloseCode.GoingAway, "reconnect"));
        server.Join(this);
        try
        {
            var sending = _queue.RunAsync(over.Token);
            var reading = ReceiveAsync(over.Token);
            if (await Task.WhenAny(sending, reading) == reading)
            {
                await reading;
                _queue.Close(CloseCode.Done, "done");
            }
            await sending;
            await reading;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The connection was lost, which is how most of them end.
            socket.Abort();
        }
        finally
        {
            await over.CancelAsync();
            server.Leave(this);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        using var frame = new FrameBuffer(MaxFrame);
        for (var abuse = 0; abuse < Patience;)
        {
            switch (await frame.ReceiveAsync(socket, cancellation))
            {
                case WebSocketMessageType.Close:
                    return;
                case WebSocketMessageType.Text:
                    abuse = _queue.Closing || Take(frame.Content) ? 0 : abuse + 1;
                    break;
                case null:
                    _queue.Close(CloseCode.TooLarge, "frame too large");
                    return;
                default:
                    _queue.Close(CloseCode.Policy, "text frames only");
                    return;
            }
        }
        _queue.Close(CloseCode.Policy, "too many frames that are no requests, or too fast");
    }

    private bool Take(ReadOnlyMemory<byte> frame)
    {
        LspMessage message;
        try
        {
            message = LspMessage.Parse(frame);
        }
        catch (JsonException)
        {
            return false;
        }
        if (message.Method == "$/cancelRequest" && !message.Params.IsEmpty)
        {
            Cancel(message.Params);
            return true;
        }
        // The browser is no client of the server: what it notifies of, serve knows first.
        if (!message.IsRequest)
            return message.Method is not null;
        if (!_rate.TryTake())
        {
            Answer(LspFrames.Error(message.Id, LspErrors.ServerCancelled, "Too many requests; slow down."));
            return false;
        }
        if (!LanguageMethods.All.TryGetValue(message.Method!, out var least))
            Answer(LspFrames.Error(message.Id, LspErrors.MethodNotFound, "There is no such method here."));
        else if (Role < least)
            Answer(LspFrames.Error(message.Id, ErrorCodes.Forbidden, "This needs the role editor."));
        else
            server.Ask(this, message);
        return true;
    }

    private void Cancel(ReadOnlyMemory<byte> parameters)
    {
        // The same shape as a message: an object with an id.
        try
        {
            server.Cancel(this, LspMessage.Parse(parameters).Id);
        }
        catch (JsonException)
        {
            // Parameters were read before; they are an array then, and name nothing.
        }
    }
}
