using Devex.Contracts.Connections;

namespace Devex.Runner.Snapshots;

/// <summary>HTTP as the commands use it.</summary>
internal static class SessionHttp
{
    /// <summary>No proxy, no cookie, no redirect: Core and S3 are where Core says, and nowhere else. How long an answer may take, whoever asks knows.</summary>
    public static HttpClient Create() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = TcpDialer.DialAsync,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
