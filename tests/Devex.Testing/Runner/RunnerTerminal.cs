using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Devex.Contracts.Protocol;

namespace Devex.Testing.Runner;

/// <summary>The socket of one terminal. Output is kept, and acknowledged as it is read by <see cref="ReadUntilAsync"/>.</summary>
public sealed class RunnerTerminal : IAsyncDisposable
{
    private readonly MessageSocket _socket;
    private readonly Channel<(byte[] Bytes, long? Offset)> _output = Channel.CreateUnbounded<(byte[], long?)>();
    private readonly Channel<TerminalControl> _controls = Channel.CreateUnbounded<TerminalControl>();
    private readonly StringBuilder _text = new();

    public RunnerTerminal(WebSocket socket)
    {
        _socket = new MessageSocket(socket);
        _socket.Begin(Take, End);
    }

    /// <summary>Offset of the next byte that comes from the socket; <c>start</c> and <c>lost</c> set it.</summary>
    public long Offset { get; private set; }

    /// <summary>Completes when the socket is closed.</summary>
    public Task<(int? Code, string? Reason)> Closed => _socket.Closed;

    /// <summary>Types.</summary>
    public Task WriteAsync(string input, CancellationToken cancellation = default) => WriteAsync(Encoding.UTF8.GetBytes(input), cancellation);

    /// <summary>Types bytes.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation = default) => _socket.SendAsync(input, WebSocketMessageType.Binary, cancellation);

    /// <summary>Sends <c>ack</c> or <c>resize</c>.</summary>
    public Task SendAsync(TerminalControl control, CancellationToken cancellation = default) =>
        _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(control, ProtocolJson.Default.TerminalControl), WebSocketMessageType.Text, cancellation);

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

    /// <summary>Reads until the output holds <paramref name="text"/>; returns the output from where the last call ended, through the text. What came with it is for the next call.</summary>
    public async Task<string> ReadUntilAsync(string text, CancellationToken cancellation = default)
    {
        using var limit = Limit(cancellation);
        try
        {
            int found;
            while ((found = _text.ToString().IndexOf(text, StringComparison.Ordinal)) < 0)
                _text.Append(Encoding.UTF8.GetString(await ReadAsync(limit.Token)));
            var all = _text.ToString(0, found + text.Length);
            _text.Remove(0, all.Length);
            return all;
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"The terminal never said '{text}' but: {_text}", e);
        }
    }

    /// <summary>Loses the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    private static CancellationTokenSource Limit(CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ProgramProcess.DefaultTimeout);
        return limit;
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
        _output.Writer.TryComplete();
        _controls.Writer.TryComplete();
    }
}
