using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;
using Microsoft.IdentityModel.Tokens;

namespace Devex.Core.Sessions.Control;

/// <summary>
/// Speaks HTTP to <c>serve</c> over its Unix socket or address. Every request has a connection of its own: they are rare, and no pool can mix sessions up.
/// </summary>
internal sealed class ControlClient : ISessionControl, IDisposable
{
    private const int LargestAnswer = 256 * 1024;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);
    // EndPrograms waits 5 s for programs that ignore TERM.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly HttpRequestOptionsKey<string> SocketPath = new("socket");

    private readonly TokenSigner _signer;
    private readonly HttpMessageInvoker _http;

    public ControlClient(TokenSigner signer)
    {
        _signer = signer;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
        });
    }

    public Task<SessionStatus> StatusAsync(string address, ReplId id, string? instance, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "/status", address, id, instance, [], cancellationToken);

    public Task<SessionStatus> ControlAsync(
        string address, ReplId id, string instance, ControlRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Put, "/control", address, id, instance,
            JsonSerializer.SerializeToUtf8Bytes(request, ControlJson.Default.ControlRequest), cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<SessionStatus> SendAsync(
        HttpMethod method, string path, string address, ReplId id, string? instance, byte[] body, CancellationToken cancellationToken)
    {
        var socket = address.StartsWith("unix:", StringComparison.Ordinal) ? address["unix:".Length..] : null;
        using var request = new HttpRequestMessage(method, (socket is null ? address.TrimEnd('/') : $"http://{id}.invalid") + path);
        if (socket is not null)
            request.Options.Set(SocketPath, socket);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(method, path, id, instance, body));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var answer = await _http.SendAsync(request, limit.Token);
            if (!answer.IsSuccessStatusCode)
                throw new SessionControlException($"The session answered {(int)answer.StatusCode} to {method} {path}.");
            await answer.Content.LoadIntoBufferAsync(LargestAnswer, limit.Token);
            var status = JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(limit.Token), ControlJson.Default.SessionStatus);
            return status is not null && status.ReplId == id && status.Instance is { Length: > 0 and <= 64 }
                ? status
                : throw new SessionControlException("The session answered for another REPL.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or SocketException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SessionControlException($"The session does not answer: {e.Message}", e);
        }
    }

    private string Token(HttpMethod method, string path, ReplId id, string? instance, byte[] body)
    {
        var claims = new Dictionary<string, object>
        {
            ["repl"] = id.ToString(),
            ["htm"] = method.Method,
            ["htu"] = path,
            ["bh"] = Base64UrlEncoder.Encode(SHA256.HashData(body)),
        };
        if (instance is not null)
            claims["inst"] = instance;
        return _signer.Sign(Audiences.Control, Life, claims);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var unix = context.InitialRequestMessage.Options.TryGetValue(SocketPath, out var path);
        var socket = unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await (unix ? socket.ConnectAsync(new UnixDomainSocketEndPoint(path!), cancellationToken) : socket.ConnectAsync(context.DnsEndPoint, cancellationToken));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
