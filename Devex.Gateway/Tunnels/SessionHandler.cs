using System.Net;
using Devex.Contracts.Gateway;

namespace Devex.Gateway.Tunnels;

/// <summary>
/// HTTP clients whose connections lead into sessions. Connections are pooled by destination name, and names carry the <c>serve</c> instance
/// (and the port), so that two REPLs, or two lives of one, never share a connection.
/// </summary>
internal static class SessionHandler
{
    private static readonly HttpRequestOptionsKey<SessionLocation> LocationKey = new("devex.location");

    /// <summary>Tells the handler where a request goes.</summary>
    public static void SetLocation(HttpRequestMessage request, SessionLocation location) => request.Options.Set(LocationKey, location);

    public static HttpMessageInvoker Create(Func<SessionLocation, CancellationToken, ValueTask<Stream>> connect) => Create((location, _, token) => connect(location, token));

    public static HttpMessageInvoker Create(Func<SessionLocation, string, CancellationToken, ValueTask<Stream>> connect) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = false,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        ConnectTimeout = TimeSpan.FromSeconds(6),
        ActivityHeadersPropagator = null,
        ConnectCallback = (context, token) => context.InitialRequestMessage.Options.TryGetValue(LocationKey, out var location)
            ? connect(location, context.DnsEndPoint.Host, token)
            : throw new IOException("A request without a session."),
    });
}
