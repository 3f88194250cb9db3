using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Devex.Contracts.Protocol;

namespace Devex.Testing.Runner;

/// <summary>The socket of one language server.</summary>
public sealed class RunnerLanguage : IAsyncDisposable
{
    private readonly MessageSocket _socket;
    private readonly Channel<JsonElement> _told = Channel.CreateUnbounded<JsonElement>();
    private readonly Dictionary<int, TaskCompletionSource<JsonElement>> _asked = [];
    private int _last;

    private RunnerLanguage(WebSocket socket)
    {
        _socket = new MessageSocket(socket);
        _socket.Begin(Take, End);
    }

    /// <summary>Completes when the socket is closed.</summary>
    public Task<(int? Code, string? Reason)> Closed => _socket.Closed;

    public static Task<RunnerLanguage> OpenAsync(RunnerClient client, RunnerSession session, string id, CancellationToken cancellation = default) =>
        OpenAsync(client, session, id, RunnerClient.WebOrigin, cancellation);

    public static async Task<RunnerLanguage> OpenAsync(RunnerClient client, RunnerSession session, string id, string origin, CancellationToken cancellation = default) =>
        new(await client.OpenSocketAsync($"/lsp/{id}", SessionProtocol.TokenPrefix + session.Welcome.Token, origin, cancellation));

    /// <summary>Sends a text frame as it is.</summary>
    public Task SendRawAsync(string frame, CancellationToken cancellation = default) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, cancellation);

    /// <summary>Asks; the whole frame of the answer.</summary>
    public async Task<JsonElement> AskAsync(string method, string parameters, CancellationToken cancellation = default)
    {
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        int id;
        lock (_asked)
            _asked[id = ++_last] = answer;
        await SendRawAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""", cancellation);
        return await answer.Task.WaitAsync(TimeSpan.FromMinutes(2), cancellation);
    }

    /// <summary>The next notification of a method that <paramref name="where"/> accepts; those before it are dropped.</summary>
    public async Task<JsonElement> NextAsync(string method, Func<JsonElement, bool>? where = null, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            var told = await _told.Reader.ReadAsync(limit.Token);
            if (told.GetProperty("method").GetString() == method && (where is null || where(told.GetProperty("params"))))
                return told;
        }
    }

    /// <summary>Waits for a state; gives what it says beside.</summary>
    public async Task<JsonElement> StateAsync(string state, CancellationToken cancellation = default) =>
        (await NextAsync("devex/state", told => told.GetProperty("state").GetString() == state, cancellation)).GetProperty("params");

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    private void Take(byte[] message, WebSocketMessageType type)
    {
        var frame = JsonDocument.Parse(message).RootElement;
        if (frame.TryGetProperty("method", out _))
        {
            _told.Writer.TryWrite(frame);
            return;
        }
        lock (_asked)
        {
            if (_asked.Remove(frame.GetProperty("id").GetInt32(), out var answer))
                answer.SetResult(frame);
        }
    }

    private void End(int? code, string? reason)
    {
        var lost = new IOException($"The language server's socket was closed ({code} {reason}).");
        _told.Writer.TryComplete(lost);
        lock (_asked)
        {
            foreach (var answer in _asked.Values)
                answer.TrySetException(lost);
        }
    }
}
