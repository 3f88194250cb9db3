using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Devex.Contracts.Protocol;

namespace Devex.Testing.Runner;

/// <summary>The socket of one terminal. Output is kept, and acknowledged as it is read by <see cref="ReadUntilAsync"/>.</summary>
public sealed class RunnerTerminal : IAsyncDisposable
{
    private readonly WebSocket _socket;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Channel<(byte[] Bytes, long? Offset)> _output = Channel.CreateUnbounded<(byte[], long?)>();
    private readonly Channel<TerminalControl> _controls = Channel.CreateUnbounded<TerminalControl>();
    private readonly TaskCompletionSource<(int? Code, string? Reason)> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _text = new();

    public RunnerTerminal(WebSocket socket)
    {
        _socket = socket;
        _ = ReadAsync();
    }

    /// <summary>Offset of the next byte that <see cref="ReadUntilAsync"/> or <see cref="ReadAsync(CancellationToken)"/> gives; <c>start</c> and <c>lost</c> set it.</summary>
    public long Offset { get; private set; }

    /// <summary>Completes when the socket is closed.</summary>
    public Task<(int? Code, string? Reason)> Closed => _closed.Task;

    /// <summary>Types.</summary>
    public Task WriteAsync(string input, CancellationToken cancellation = default) =>
        SendAsync(Encoding.UTF8.GetBytes(input), WebSocketMessageType.Binary, cancellation);

    /// <summary>Sends <c>ack</c> or <c>resize</c>.</summary>
    public Task SendAsync(TerminalControl control, CancellationToken cancellation = default) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(control, ProtocolJson.Default.TerminalControl), WebSocketMessageType.Text, cancellation);

    /// <summary>The next control frame of a type; those before it are dropped.</summary>
    public async Task<TerminalControl> NextAsync(string type, CancellationToken cancellation = default)
    {
        using var limit = Limit(cancellation);
        while (true)
        {
            var control = await _controls.Reader.ReadAsync(limit.Token);
            if (control.Type == type)
                return control;
        }
    }

    /// <summary>The next piece of output, acknowledged.</summary>
    public async Task<byte[]> ReadAsync(CancellationToken cancellation)
    {
        var (bytes, offset) = await _output.Reader.ReadAsync(cancellation);
        Offset = (offset ?? Offset) + bytes.Length;
        await SendAsync(new TerminalControl("ack", Offset), cancellation);
        return bytes;
    }

    /// <summary>Reads until the output holds <paramref name="text"/>; returns all output since the last call.</summary>
    public async Task<string> ReadUntilAsync(string text, CancellationToken cancellation = default)
    {
        using var limit = Limit(cancellation);
        try
        {
            while (!_text.ToString().Contains(text, StringComparison.Ordinal))
                _text.Append(Encoding.UTF8.GetString(await ReadAsync(limit.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"The terminal never said '{text}' but: {_text}", e);
        }
        var all = _text.ToString();
        _text.Clear();
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_socket.State == WebSocketState.Open)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            await _closed.Task.WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or TimeoutException or InvalidOperationException)
        {
            // It is gone either way.
        }
        _socket.Dispose();
        _sending.Dispose();
    }

    private static CancellationTokenSource Limit(CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ProgramProcess.DefaultTimeout);
        return limit;
    }

    private async Task SendAsync(byte[] frame, WebSocketMessageType type, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await _socket.SendAsync(frame, type, true, cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        var frame = new MemoryStream();
        var buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                frame.Write(buffer, 0, received.Count);
                if (!received.EndOfMessage)
                    continue;
                Take(frame.ToArray(), received.MessageType);
                frame.SetLength(0);
            }
            End((int?)_socket.CloseStatus, _socket.CloseStatusDescription);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            End(null, null);
        }
    }

    private void Take(byte[] frame, WebSocketMessageType type)
    {
        if (type == WebSocketMessageType.Binary)
        {
            _output.Writer.TryWrite((frame, null));
            return;
        }
        var control = JsonSerializer.Deserialize(frame, ProtocolJson.Default.TerminalControl)!;
        if (control.Type is "start" or "lost")
            _output.Writer.TryWrite(([], control.Offset));
        _controls.Writer.TryWrite(control);
    }

    private void End(int? code, string? reason)
    {
        _closed.TrySetResult((code, reason));
        _output.Writer.TryComplete();
        _controls.Writer.TryComplete();
    }
}
