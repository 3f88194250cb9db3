using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using Devex.Contracts.Api;

namespace Devex.Web.CoreApi;

/// <summary>The same events that the workbench gets, for pages: <c>/api/events</c> as the circuit's user, reconnecting by itself.</summary>
internal sealed partial class CoreEvents(CoreHttp http, IConfiguration configuration, TimeProvider time, ILogger<CoreEvents> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Events until cancelled. Each connection begins with a <see cref="ReplsSnapshot"/>; null says that the connection was lost.</summary>
    public async IAsyncEnumerable<DevexEvent?> ReadAsync(ClaimsPrincipal user, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            using var socket = await ConnectAsync(user, cancellationToken);
            if (socket is not null)
            {
                pause = FirstPause;
                while (await ReceiveAsync(socket, cancellationToken) is { } next)
                    yield return next;
            }
            yield return null;
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<ClientWebSocket?> ConnectAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var core = configuration["services:core:http:0"] ?? throw new InvalidOperationException("services:core:http:0 must name Core's address.");
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", http.Assert(user).ToString());
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        try
        {
            await socket.ConnectAsync(new Uri(core.Replace("http", "ws", StringComparison.Ordinal).TrimEnd('/') + "/api/events"), cancellationToken);
            return socket;
        }
        catch (WebSocketException e)
        {
            socket.Dispose();
            LogUnreachable(logger, e.Message);
            return null;
        }
    }

    private static async Task<DevexEvent?> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                    return null;
                message.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                    return JsonSerializer.Deserialize(message.GetBuffer().AsSpan(0, (int)message.Length), ApiJson.Default.DevexEvent);
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "Core's events are out of reach, trying again: {Message}")]
    private static partial void LogUnreachable(ILogger logger, string message);
}
