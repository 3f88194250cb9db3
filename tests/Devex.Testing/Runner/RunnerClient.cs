using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;

namespace Devex.Testing.Runner;

/// <summary>Talks to a runner as Core does and as a browser's page does; anything can be made wrong on purpose.</summary>
/// <param name="address"><c>unix:/path</c> or <c>http://address:port</c>.</param>
/// <param name="replId">The REPL.</param>
/// <param name="signer">Core's key.</param>
/// <param name="domain">Below it are the REPLs' hosts.</param>
public sealed class RunnerClient(string address, ReplId replId, RunnerSigner signer, string domain = "repl.localhost") : IDisposable
{
    /// <summary>The Web origin that <see cref="ControlAsync"/> gives unless told otherwise.</summary>
    public const string WebOrigin = "http://localhost:8080";

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, cancellation) => new NetworkStream(await DialAsync(address, cancellation), ownsSocket: true),
    });

    private string? _instance;

    /// <summary>As a browser would address it.</summary>
    public Uri Url { get; } = new($"http://{replId}.{domain}");

    /// <summary>Opens a connection to a runner's address.</summary>
    public static async Task<Socket> DialAsync(string address, CancellationToken cancellation)
    {
        var unix = address.StartsWith("unix:", StringComparison.Ordinal);
        EndPoint point = unix ? new UnixDomainSocketEndPoint(address["unix:".Length..]) : IPEndPoint.Parse(address["http://".Length..]);
        var socket = new Socket(point.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(point, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether <c>GET /alive</c> answers 200.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await SendAsync(HttpMethod.Get, "/alive", cancellation: cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends any request; the path goes out as it is written.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? bearer = null, string? origin = null, HttpContent? content = null,
        Action<HttpRequestMessage>? change = null, CancellationToken cancellation = default)
    {
        var request = new HttpRequestMessage(method, new Uri(Url.OriginalString + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Content = content,
        };
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        change?.Invoke(request);
        return _http.SendAsync(request, cancellation);
    }

    /// <summary><c>GET /status</c>; the first one learns the instance.</summary>
    public async Task<SessionStatus> StatusAsync(CancellationToken cancellation = default)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/status", signer.Control(replId, _instance, "GET", "/status", []), cancellation: cancellation);
        return await ReadStatusAsync(answer, cancellation);
    }

    /// <summary><c>PUT /control</c>.</summary>
    public async Task<SessionStatus> ControlAsync(ControlRequest? control = null, CancellationToken cancellation = default)
    {
        var instance = await InstanceAsync(cancellation);
        var body = JsonSerializer.SerializeToUtf8Bytes(control ?? new ControlRequest(WebOrigin: WebOrigin), ControlJson.Default.ControlRequest);
        using var answer = await SendAsync(
            HttpMethod.Put, "/control", signer.Control(replId, instance, "PUT", "/control", body), content: new ByteArrayContent(body), cancellation: cancellation);
        return await ReadStatusAsync(answer, cancellation);
    }

    /// <summary>A ticket for this session.</summary>
    public async Task<string> TicketAsync(string user = "local-ada", Role role = Role.Owner, string? name = null, CancellationToken cancellation = default) =>
        signer.Ticket(replId, await InstanceAsync(cancellation), user, role, name);

    /// <summary>Opens <c>/session</c> by a fresh ticket and waits for the welcome.</summary>
    public async Task<RunnerSession> OpenSessionAsync(string user = "local-ada", Role role = Role.Owner, string? name = null, CancellationToken cancellation = default)
    {
        var socket = await OpenSocketAsync("/session", SessionProtocol.TicketPrefix + await TicketAsync(user, role, name, cancellation), cancellation: cancellation);
        return await RunnerSession.BeginAsync(this, socket, cancellation);
    }

    /// <summary>Opens <c>/session</c> again by a connection token.</summary>
    public async Task<RunnerSession> ReopenSessionAsync(string token, CancellationToken cancellation = default) =>
        await RunnerSession.BeginAsync(
            this, await OpenSocketAsync("/session", SessionProtocol.TokenPrefix + token, cancellation: cancellation), cancellation);

    /// <summary>Opens a WebSocket as a page of <paramref name="origin"/> would; null sends no origin.</summary>
    /// <exception cref="WebSocketException">It was refused; <see cref="TryOpenSocketAsync"/> tells the status.</exception>
    public async Task<WebSocket> OpenSocketAsync(string path, string? credential, string? origin = WebOrigin, CancellationToken cancellation = default)
    {
        var (socket, status) = await TryOpenSocketAsync(path, credential, origin, cancellation);
        return socket ?? throw new WebSocketException($"{path} was refused with {(int)status}.");
    }

    /// <summary>Opens a WebSocket, or tells the status that refused it.</summary>
    public async Task<(WebSocket? Socket, HttpStatusCode Status)> TryOpenSocketAsync(
        string path, string? credential, string? origin = WebOrigin, CancellationToken cancellation = default)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.AddSubProtocol(SessionProtocol.Subprotocol);
        if (credential is not null)
            socket.Options.AddSubProtocol(credential);
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{Url.Host}{path}"), _http, cancellation);
            return (socket, socket.HttpStatusCode);
        }
        catch (WebSocketException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            return (null, status);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> InstanceAsync(CancellationToken cancellation) => _instance ??= (await StatusAsync(cancellation)).Instance;

    private static async Task<SessionStatus> ReadStatusAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize(text, ControlJson.Default.SessionStatus)!
            : throw new HttpRequestException($"The runner answered {(int)answer.StatusCode}: {text}", null, answer.StatusCode);
    }
}
