using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text.Json;
using Devex.Contracts.Protocol;
using Devex.Runner.Control;

namespace Devex.Runner.Sessions;

/// <summary>
/// Takes the requests of one client: (1) a frame, within its limits; (2) taken apart; (3) method, role and freezing; (4) parameters;
/// (5) run, after what came before it with the same key, at most <see cref="InFlight"/> at once; (6) answered.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore without a wait handle holds nothing, and handlers that outlive the reader still release it.")]
internal sealed class SessionReader(
    WebSocket socket, SessionClient client, MethodTable methods, SessionState session, TimeProvider time, ILogger logger)
{
    /// <summary>Largest frame taken, bytes.</summary>
    public const int MaxFrame = 9 << 20;

    // A frame this long takes its time to be taken apart, and others wait for the thread that reads.
    private const int LongFrame = 16 << 10;
    private const int InFlight = 32;
    private const int Patience = 20;

    private readonly SemaphoreSlim _slots = new(InFlight);
    private readonly RequestRate _rate = new(time);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task> _tails = new(StringComparer.Ordinal);
    private int _abuse;
    private int _overRate;

    /// <summary>Reads until the socket closes, is closed for abuse, or is lost. What it has taken is given up when the client is gone, not by the token.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var frame = new FrameBuffer(MaxFrame);
        while (true)
        {
            // 1: backpressure instead of an endless line of work.
            await _slots.WaitAsync(cancellation);
            var taken = false;
            try
            {
                var kind = await frame.ReceiveAsync(socket, cancellation);
                if (kind is null)
                {
                    client.Close(CloseCode.TooLarge, "frame too large");
                    return;
                }
                if (kind == WebSocketMessageType.Close)
                    return;
                if (frame.Content.Length > LongFrame)
                    await Task.Yield();
                // Once it is being closed only its own close frame counts: access may have been taken away.
                taken = !client.Closing && Take(kind.Value, frame.Content.Span, client.Gone);
            }
            finally
            {
                if (!taken)
                    _slots.Release();
            }
            if (_abuse >= Patience)
                client.Close(CloseCode.Policy, "too many frames that are no requests, or too fast");
        }
    }

    /// <summary>Ends once all that was taken is done; called when the reading has ended.</summary>
    public async Task SettleAsync()
    {
        for (var slot = 0; slot < InFlight; slot++)
            await _slots.WaitAsync();
    }

    private bool Take(WebSocketMessageType kind, ReadOnlySpan<byte> content, CancellationToken cancellation)
    {
        RequestFrame request = default;
        try
        {
            // 2
            if (kind != WebSocketMessageType.Text)
                throw new FormatException("Requests are text frames.");
            request = RequestFrame.Parse(content);
            if (!_rate.TryTake())
                throw new SessionException(ErrorCodes.TooMany, "request.rate", "Too many requests; slow down.", limit: RequestRate.PerSecond);

            // 3, 4
            var call = Bind(request, content.Slice(request.ParamsStart, request.ParamsLength));
            _abuse = 0;
            _overRate = 0;
            _ = RunInOrderAsync(request, call, cancellation);
            return true;
        }
        catch (JsonException)
        {
            Refuse(null, ErrorCodes.ParseError, "request.json", "The frame is not JSON, or is nested too deeply.");
            _abuse++;
        }
        catch (FormatException e)
        {
            Refuse(null, ErrorCodes.InvalidRequest, "request.invalid", e.Message);
            _abuse++;
        }
        catch (SessionException e)
        {
            if (request.Id is not null)
                client.Send(Frames.Error(request.Id, e.ToError()));
            // Whoever goes on at twice the rate does not listen.
            if (e.Code == ErrorCodes.TooMany && ++_overRate >= RequestRate.PerSecond * 2)
                _abuse = Patience;
        }
        return false;
    }

    private BoundCall Bind(RequestFrame request, ReadOnlySpan<byte> parameters)
    {
        if (!methods.TryFind(request.Method, out var method))
            throw new SessionException(ErrorCodes.MethodNotFound, "request.method", "There is no such method.");
        if (client.Role < method.Access.Least)
            throw new SessionException(ErrorCodes.Forbidden, "session.role", $"This needs the role {(method.Access.Least == Contracts.Role.Owner ? "owner" : "editor")}.");
        if (!method.Access.WhenFrozen)
            session.EnsureLive();
        return method.Bind(parameters);
    }

    private Task RunInOrderAsync(RequestFrame request, BoundCall call, CancellationToken cancellation)
    {
        if (call.Key is not { } key)
            return RunAsync(Task.CompletedTask, request, call, cancellation);
        lock (_gate)
        {
            var before = _tails.GetValueOrDefault(key, Task.CompletedTask);
            var run = RunAsync(before, request, call, cancellation);
            _tails[key] = run;
            _ = ForgetAsync(key, run);
            return run;
        }
    }

    private async Task ForgetAsync(string key, Task run)
    {
        await run;
        lock (_gate)
        {
            if (_tails.GetValueOrDefault(key) == run)
                _tails.Remove(key);
        }
    }

    /// <summary>5, 6. Never fails.</summary>
    private async Task RunAsync(Task before, RequestFrame request, BoundCall call, CancellationToken cancellation)
    {
        // The reader goes on at once; the handler may block on a file.
        await Task.Yield();
        try
        {
            await before;
            var answer = await AnswerAsync(request, call, cancellation);
            if (!answer.Frame.IsEmpty)
                await client.AnswerAsync(answer.Frame);
            answer.Answered?.Invoke();
        }
        catch (OperationCanceledException)
        {
            // The client is gone.
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<Answer> AnswerAsync(RequestFrame request, BoundCall call, CancellationToken cancellation)
    {
        JsonRpcError error;
        try
        {
            return await call.Run(client, request.Id, cancellation);
        }
        catch (SessionException e)
        {
            error = e.ToError();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            SessionReaderLog.Failed(logger, request.Method, e);
            error = new JsonRpcError(ErrorCodes.InternalError, "Devex made a mistake; its log says more.", new JsonRpcErrorData("internal"));
        }
        return new Answer(request.Id is null ? default : Frames.Error(request.Id, error));
    }

    private void Refuse(byte[]? id, int code, string reason, string message) =>
        client.Send(Frames.Error(id, new JsonRpcError(code, message, new JsonRpcErrorData(reason))));
}
