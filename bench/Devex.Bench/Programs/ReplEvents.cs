using System.Net.WebSockets;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;

namespace Devex.Bench.Programs;

/// <summary>Core's events, read by one reader.</summary>
internal sealed class ReplEvents(WebSocket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private byte[] _frame = new byte[64 << 10];

    /// <summary>Waits until a REPL is as wanted.</summary>
    /// <exception cref="InvalidOperationException">Its start or save failed, or nothing came within a minute.</exception>
    public async Task<Repl> WaitAsync(ReplId id, ReplState wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                if (await NextAsync(limit.Token) is not ReplChanged { Repl: { } repl } || repl.Id != id)
                    continue;
                if (repl.State == wanted)
                    return repl;
                if (repl.Problem is { } problem)
                    throw new InvalidOperationException($"{repl.Name}: {problem}");
            }
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"The REPL {id} was not {wanted} within {Patience.TotalSeconds} s.");
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<DevexEvent?> NextAsync(CancellationToken cancellation)
    {
        for (var length = 0; ;)
        {
            var received = await socket.ReceiveAsync(_frame.AsMemory(length), cancellation);
            if (received.MessageType == WebSocketMessageType.Close)
                throw new InvalidOperationException("Core closed its events.");
            length += received.Count;
            if (received.EndOfMessage)
                return JsonSerializer.Deserialize(_frame.AsSpan(0, length), ApiJson.Default.DevexEvent);
            if (length == _frame.Length)
                Array.Resize(ref _frame, length * 2);
        }
    }
}
