using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Devex.Contracts.Protocol;

namespace Devex.Testing.Runner;

/// <summary>An open <c>/session</c> socket: calls, and notifications in the order in which they came.</summary>
public sealed class RunnerSession : IAsyncDisposable
{
    private readonly RunnerClient _client;
    private readonly MessageSocket _socket;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _calls = [];
    private readonly Channel<(string Method, JsonElement Params)> _notifications = Channel.CreateUnbounded<(string, JsonElement)>();
    private readonly Channel<JsonElement> _anonymous = Channel.CreateUnbounded<JsonElement>();
    private long _last;

    private RunnerSession(RunnerClient client, WebSocket socket) => (_client, _socket) = (client, new MessageSocket(socket));

    /// <summary>The first notification.</summary>
    public Welcome Welcome { get; private set; } = null!;

    /// <summary>Completes when the socket is closed, with the code and reason; both null when it was lost.</summary>
    public Task<(int? Code, string? Reason)> Closed => _socket.Closed;

    /// <summary>Takes over an open socket and reads until the welcome.</summary>
    public static async Task<RunnerSession> BeginAsync(RunnerClient client, WebSocket socket, CancellationToken cancellation = default)
    {
        var session = new RunnerSession(client, socket);
        session._socket.Begin(session.Take, session.End);
        session.Welcome = await session.NextAsync("session.welcome", ProtocolJson.Default.Welcome, cancellation: cancellation);
        return session;
    }

    /// <summary>Calls a method.</summary>
    /// <exception cref="RunnerErrorException">The answer was an error.</exception>
    public async Task<TResult> CallAsync<TParams, TResult>(
        string method, TParams parameters, JsonTypeInfo<TParams> parametersType, JsonTypeInfo<TResult> resultType, CancellationToken cancellation = default) =>
        (await CallAsync(method, JsonSerializer.SerializeToElement(parameters, parametersType), cancellation)).Deserialize(resultType)!;

    /// <summary>Calls a method with parameters as they are.</summary>
    /// <exception cref="RunnerErrorException">The answer was an error.</exception>
    public async Task<JsonElement> CallAsync(string method, JsonElement parameters, CancellationToken cancellation = default)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _calls[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendRawAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters.GetRawText()}}}""", cancellation);
        return await answer.Task.WaitAsync(ProgramProcess.DefaultTimeout, cancellation);
    }

    /// <summary>Sends a text frame as it is.</summary>
    public Task SendRawAsync(string frame, CancellationToken cancellation = default) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, cancellation);

    /// <summary>The next notification of a method that <paramref name="where"/> accepts; those before it are dropped.</summary>
    public async Task<T> NextAsync<T>(string method, JsonTypeInfo<T> type, Func<T, bool>? where = null, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ProgramProcess.DefaultTimeout);
        while (true)
        {
            var (name, parameters) = await _notifications.Reader.ReadAsync(limit.Token);
            if (name == method && parameters.Deserialize(type)! is var value && (where is null || where(value)))
                return value;
        }
    }

    /// <summary>The next notification of one of some methods; those between are dropped.</summary>
    public async Task<(string Method, JsonElement Params)> NextOfAsync(IReadOnlyCollection<string> methods, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ProgramProcess.DefaultTimeout);
        while (true)
        {
            var next = await _notifications.Reader.ReadAsync(limit.Token);
            if (methods.Contains(next.Method))
                return next;
        }
    }

    /// <summary>The next answer without an id: to a frame that was no request.</summary>
    public async Task<JsonRpcError> NextErrorAsync(CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ProgramProcess.DefaultTimeout);
        var error = (await _anonymous.Reader.ReadAsync(limit.Token)).GetProperty("error");
        return new JsonRpcError(error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()!);
    }

    /// <summary>Opens the socket of a terminal.</summary>
    /// <param name="terminal">Its id.</param>
    /// <param name="offset">Of the first byte of output that is wanted.</param>
    /// <param name="page">The page that types, where its input is counted.</param>
    /// <param name="sent">Bytes of input that the page has sent before.</param>
    /// <param name="turn">How many connections the page had made to it before.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RunnerTerminal> OpenTerminalAsync(string terminal, long offset = 0, string? page = null, long sent = 0, long turn = 0, CancellationToken cancellation = default) =>
        new(await _client.OpenSocketAsync($"/terminals/{terminal}?offset={offset}{(page is null ? "" : $"&page={page}&sent={sent}&turn={turn}")}", SessionProtocol.TokenPrefix + Welcome.Token, cancellation: cancellation));

    /// <summary>Loses the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    private void Take(byte[] message, WebSocketMessageType type)
    {
        var frame = JsonDocument.Parse(message).RootElement;
        if (frame.TryGetProperty("method", out var method))
            _notifications.Writer.TryWrite((method.GetString()!, frame.GetProperty("params")));
        else if (frame.GetProperty("id") is { ValueKind: JsonValueKind.Number } id && _calls.TryRemove(id.GetInt64(), out var call))
            Complete(call, frame);
        else
            _anonymous.Writer.TryWrite(frame);
    }

    private static void Complete(TaskCompletionSource<JsonElement> call, JsonElement frame)
    {
        if (frame.TryGetProperty("result", out var result))
        {
            call.SetResult(result);
            return;
        }
        var error = frame.GetProperty("error");
        call.SetException(new RunnerErrorException(
            error.GetProperty("code").GetInt32(),
            error.TryGetProperty("data", out var data) ? data.GetProperty("reason").GetString()! : "",
            error.GetProperty("message").GetString()!));
    }

    private void End(int? code, string? reason)
    {
        var lost = new IOException($"The session's socket was closed ({code} {reason}).");
        _notifications.Writer.TryComplete(lost);
        _anonymous.Writer.TryComplete(lost);
        foreach (var (_, call) in _calls)
            call.TrySetException(lost);
    }
}

/// <summary>A call was answered with an error.</summary>
public sealed class RunnerErrorException(int code, string reason, string message) : Exception($"{code} {reason}: {message}")
{
    /// <summary>One of <see cref="ErrorCodes"/>.</summary>
    public int Code { get; } = code;

    /// <summary><c>data.reason</c>.</summary>
    public string Reason { get; } = reason;
}
