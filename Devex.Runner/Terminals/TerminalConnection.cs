using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Documents;
using Devex.Runner.Sessions;

namespace Devex.Runner.Terminals;

/// <summary>
/// One socket of <c>/terminals/{id}</c>. One loop sends (output, and between its pieces whatever else is to tell), one
/// receives (input, acknowledgements, sizes). A client that reads slowly holds up its own sending loop and nobody else.
/// </summary>
/// <param name="page">Which page it is of; null for a client that does not count its input.</param>
internal sealed class TerminalConnection(
    WebSocket socket, Terminal terminal, Grant grant, DocumentStore documents, SessionState session, long offset, TypingPage? page, CancellationToken stopping)
{
    private const int LargestFrame = 1 << 20;

    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    private readonly TerminalWatcher _watcher = terminal.Watch(offset, Drives(grant.Role), grant);
    private readonly InputCount _input = page is null ? new InputCount(0) : terminal.Inputs.Of(grant.User, page.Name, page.Sent);
    private long _taken;

    /// <summary>Serves until either side closes, the program ends, or access is taken away.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _taken = _input.Begin(this, page?.Turn ?? 0);
        grant.RoleChanged += ChangeRole;
        await using var revoked = grant.Revoked.Register(_watcher.Changed.Set);
        await using var stopped = stopping.Register(_watcher.Changed.Set);
        try
        {
            var sending = SendAsync(over.Token);
            var receiving = ReceiveAsync(over.Token);
            if (await Task.WhenAny(sending, receiving) == receiving)
            {
                await receiving;
                await over.CancelAsync();
                _watcher.Changed.Set();
            }

            await sending;

            // A socket that is dropped before the other side has closed too may take its last frames with it.
            await receiving.WaitAsync(CloseTime, cancellation);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or TimeoutException)
        {
            // The connection was lost, which is how most of them end; the terminal goes on.
            socket.Abort();
        }
        finally
        {
            await over.CancelAsync();
            grant.RoleChanged -= ChangeRole;
            terminal.Leave(_watcher);
        }
    }

    private static bool Drives(Role role) => role >= Role.Editor;

    private void ChangeRole(Role role)
    {
        _watcher.Drives = Drives(role);
        _watcher.Changed.Set();
    }

    private async Task SendAsync(CancellationToken cancellation)
    {
        var (at, size, drives, typist) = (_watcher.Acknowledged, default((int, int)), (bool?)null, (UserId?)null);
        await SendAsync(new TerminalControl("start", Offset: at, Input: page is null ? null : _taken), cancellation);
        while (!cancellation.IsCancellationRequested)
        {
            if (grant.Revoked.IsCancellationRequested)
            {
                await socket.CloseOutputAsync(CloseCode.Revoked, "access was taken away", cancellation);
                return;
            }

            if (stopping.IsCancellationRequested)
            {
                await socket.CloseOutputAsync(CloseCode.GoingAway, "reconnect", cancellation);
                return;
            }

            if (_watcher.Drives != drives) await SendAsync(new TerminalControl("role", Drive: (drives = _watcher.Drives).Value), cancellation);
            if (terminal.Size != size)
            {
                size = terminal.Size;
                await SendAsync(new TerminalControl("size", Columns: size.Item1, Rows: size.Item2), cancellation);
            }

            if (terminal.Typist is { } person && person.User != typist)
            {
                typist = person.User;
                await SendAsync(new TerminalControl("typed", User: person.User, Name: person.Name), cancellation);
            }

            // Before the look at the output: what came before the end must not be missed.
            var ended = terminal.Ended.IsCompleted;
            if (terminal.Output.TryBorrow(at, out var piece))
            {
                using (piece)
                {
                    if (piece.Offset > at) await SendAsync(new TerminalControl("lost", Offset: piece.Offset), cancellation);
                    await socket.SendAsync(piece.Bytes, WebSocketMessageType.Binary, true, cancellation);
                    at = piece.Offset + piece.Bytes.Length;
                }
            }
            else if (ended)
            {
                await SendAsync(new TerminalControl("exit", Code: await terminal.Ended), cancellation);
                await socket.CloseOutputAsync(CloseCode.Done, "the program ended", cancellation);
                return;
            }
            else
            {
                await _watcher.Changed.WaitAsync();
            }
        }
    }

    private async Task SendAsync(TerminalControl control, CancellationToken cancellation) => await socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(control, ProtocolJson.Default.TerminalControl), WebSocketMessageType.Text, true, cancellation);

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        using var frame = new FrameBuffer(LargestFrame);
        while (true)
        {
            switch (await frame.ReceiveAsync(socket, cancellation))
            {
                case WebSocketMessageType.Close:
                    if (socket.State == WebSocketState.CloseReceived) await socket.CloseOutputAsync(CloseCode.Done, "done", cancellation);
                    return;
                case WebSocketMessageType.Binary:
                    if (_watcher.Drives) session.Touch();
                    // A command may read what was typed into an editor a moment ago.
                    if (_watcher.Drives && frame.Content.Span.Contains((byte)'\r')) await documents.CatchUpAsync();
                    await _input.TakeAsync(this, terminal, _watcher, frame.Content.Span);
                    break;
                case WebSocketMessageType.Text when TryTake(frame.Content.Span):
                    break;
                case WebSocketMessageType.Text:
                    await socket.CloseOutputAsync(CloseCode.Policy, "not a control frame", cancellation);
                    return;
                default:
                    await socket.CloseOutputAsync(CloseCode.TooLarge, string.Create(CultureInfo.InvariantCulture, $"at most {LargestFrame} bytes"), cancellation);
                    return;
            }
        }
    }

    private bool TryTake(ReadOnlySpan<byte> json)
    {
        try
        {
            switch (JsonSerializer.Deserialize(json, ProtocolJson.Default.TerminalControl))
            {
                case { Type: "ack", Offset: >= 0 and var drawn, Room: var room }:
                    terminal.Acknowledge(_watcher, drawn, room ?? Terminal.MostAhead);
                    return true;
                case { Type: "resize", Columns: { } columns, Rows: { } rows }:
                    TerminalStore.CheckSize(columns, rows);
                    terminal.Resize(_watcher, columns, rows);
                    return true;
                default:
                    // A later version may say more.
                    return true;
            }
        }
        catch (Exception e) when (e is JsonException or SessionException)
        {
            return false;
        }
    }
}

/// <summary>A page that counts its input.</summary>
/// <param name="Name">By which it is known again.</param>
/// <param name="Sent">Bytes of input that it has sent by its connections so far.</param>
/// <param name="Turn">How many connections it had made to this terminal before.</param>
internal sealed record TypingPage(string Name, long Sent, long Turn);
