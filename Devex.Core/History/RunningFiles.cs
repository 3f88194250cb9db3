using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Devex.Contracts.Gateway;
using Devex.Contracts.Protocol;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Reading;

namespace Devex.Core.History;

/// <summary>
/// Writes a file into a running session as the person who asks: through <c>serve</c>, with a ticket like any tab, so that open editors get it as an edit that
/// each can undo, and quota and role hold as they always do.
/// </summary>
internal sealed class RunningFiles(ISessions sessions)
{
    private const int LargestFrame = 9 * 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Writes <paramref name="file"/> to its place below <c>workspace</c>.</summary>
    /// <exception cref="ApiProblem">409 when the session does not run or refuses.</exception>
    public async Task WriteAsync(Caller caller, ReplRecord repl, OpenedPoint from, SnapshotEntry file, CancellationToken cancellationToken)
    {
        var ticket = await sessions.IssueTicketAsync(repl, caller.User, ReplStore.RoleOf(caller.User.Id, repl)!.Value, cancellationToken);
        if (ticket is null || await sessions.LocateAsync(repl.Id, cancellationToken) is not { } location)
            throw ApiProblem.Conflict("history.running", "This REPL is being started or stopped. Wait a moment and try again.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = (_, token) => DialAsync(location, token),
        });
        try
        {
            using var socket = new ClientWebSocket();
            socket.Options.AddSubProtocol(SessionProtocol.Subprotocol);
            socket.Options.AddSubProtocol(SessionProtocol.TicketPrefix + ticket.Ticket);
            await socket.ConnectAsync(new Uri($"ws://{repl.Id}.invalid/session"), http, limit.Token);
            var token = await WelcomeAsync(socket, limit.Token);
            await MakeFoldersAsync(socket, file.Path, limit.Token);
            await PutAsync(http, repl, token, from, file, limit.Token);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or WebSocketException or IOException or JsonException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw ApiProblem.Conflict("history.session", "The session does not answer at the moment. Nothing was restored; try again.");
        }
    }

    private static string PathOf(SnapshotPath path) => path.ToString()["workspace/".Length..];

    private static async Task<string> WelcomeAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = await ReceiveAsync(socket, cancellationToken);
            if (frame["method"]?.GetValue<string>() == "session.welcome")
                return frame["params"]?["token"]?.GetValue<string>() ?? throw new IOException("The session gives no token.");
        }
    }

    private static async Task MakeFoldersAsync(ClientWebSocket socket, SnapshotPath path, CancellationToken cancellationToken)
    {
        var segments = PathOf(path).Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            var call = new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = i,
                ["method"] = "files.create",
                ["params"] = new JsonObject { ["path"] = string.Join('/', segments[..i]), ["kind"] = "folder" },
            };
            await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, true, cancellationToken);
            JsonNode answer;
            do
                answer = await ReceiveAsync(socket, cancellationToken);
            while (answer["id"] is not JsonValue id || !id.TryGetValue<int>(out var number) || number != i);
            // A folder that is there is what is wanted; anything else in the way is told by the write.
            if (answer["error"] is { } error && error["code"]?.GetValue<int>() != ErrorCodes.Conflict)
                throw Refused(error["message"]?.GetValue<string>());
        }
    }

    private static async Task<JsonNode> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            message.Write(buffer, 0, received.Count);
            if (received.MessageType != WebSocketMessageType.Text || message.Length > LargestFrame)
                throw new IOException("The session hung up.");
            if (received.EndOfMessage)
                return JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length)) ?? throw new IOException("The session sends what is no message.");
        }
    }

    private static async Task PutAsync(
        HttpMessageInvoker http, ReplRecord repl, string token, OpenedPoint from, SnapshotEntry file, CancellationToken cancellationToken)
    {
        var path = string.Join('/', PathOf(file.Path).Split('/').Select(Uri.EscapeDataString));
        using var request = new HttpRequestMessage(HttpMethod.Put, $"http://{repl.Id}.invalid/files/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = new FileBody(new ContentReader(from.Source), file, cancellationToken);
        using var answer = await http.SendAsync(request, cancellationToken);
        if (answer.IsSuccessStatusCode)
            return;
        await answer.Content.LoadIntoBufferAsync(64 * 1024, cancellationToken);
        var problem = answer.Content.Headers.ContentLength > 0 ? JsonNode.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken)) : null;
        throw Refused(problem?["detail"]?.GetValue<string>());
    }

    private static ApiProblem Refused(string? why) => ApiProblem.Conflict(
        "history.refused", $"The session did not take the file: {(why is { Length: > 0 and < 500 } ? why : "it gave no reason")} Nothing else was changed.");

    private static async ValueTask<Stream> DialAsync(SessionLocation location, CancellationToken cancellationToken)
    {
        const string unix = "unix:";
        var isUnix = location.Address.StartsWith(unix, StringComparison.Ordinal);
        var socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (isUnix)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(location.Address[unix.Length..]), cancellationToken);
            else
                await socket.ConnectAsync(new Uri(location.Address).IdnHost, new Uri(location.Address).Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A file's content, read from its packs while it is sent.</summary>
    private sealed class FileBody(ContentReader contents, SnapshotEntry file, CancellationToken cancellationToken) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await foreach (var part in contents.ReadAsync(file, 0, file.Size, cancellationToken))
                await stream.WriteAsync(part, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = file.Size;
            return true;
        }
    }
}
