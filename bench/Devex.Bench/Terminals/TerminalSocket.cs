using System.Net.WebSockets;
using System.Text;

namespace Devex.Bench.Terminals;

/// <summary>One client for all hosts: reads output and types, by our protocol or by ttyd's, whose messages begin with a letter.</summary>
internal sealed class TerminalSocket(WebSocket socket, bool ttyd) : IDisposable
{
    private const int Acknowledge = 128 << 10;
    private const byte Output = (byte)'0';

    private readonly byte[] _buffer = new byte[128 << 10];
    private readonly byte[] _key = ttyd ? "0x"u8.ToArray() : "x"u8.ToArray();
    private bool _inMessage;
    private bool _output;
    private long _seen;
    private long _acknowledged;

    /// <summary>The next piece of output; valid until the next.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        while (true)
        {
            var received = await socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
                throw new WebSocketException("The terminal was closed.");
            var skip = ttyd && !_inMessage ? 1 : 0;
            if (!_inMessage)
                _output = ttyd ? _buffer[0] == Output : received.MessageType == WebSocketMessageType.Binary;
            _inMessage = !received.EndOfMessage;
            if (!_output || received.Count == skip)
                continue;
            _seen += received.Count - skip;
            if (!ttyd && _seen - _acknowledged >= Acknowledge)
            {
                _acknowledged = _seen;
                await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"ack","offset":{{_seen}}}"""), WebSocketMessageType.Text, true, CancellationToken.None);
            }
            return _buffer.AsMemory(skip, received.Count - skip);
        }
    }

    public async Task ReadToAsync(string end)
    {
        for (var text = ""; !text.Contains(end, StringComparison.Ordinal);)
            text += Encoding.UTF8.GetString((await ReadAsync()).Span);
    }

    /// <summary>Types one key.</summary>
    public ValueTask TypeAsync() => socket.SendAsync(_key.AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None);

    public void Dispose() => socket.Dispose();
}
