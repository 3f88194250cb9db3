using System.Net.Sockets;
using Devex.Contracts.Gateway;

namespace Devex.Gateway.Tunnels;

/// <summary>Opens connections to a session's <c>serve</c> by the address that Core gave: a Unix socket or a pod's address.</summary>
internal static class Dialer
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <exception cref="IOException">Nobody listens there, or not within 5 s.</exception>
    public static async ValueTask<NetworkStream> DialAsync(SessionLocation location, CancellationToken cancellationToken)
    {
        var (socket, connect) = Parse(location.Address);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Timeout);
        try
        {
            await connect(socket, limited.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"The session does not answer: {e.SocketErrorCode}.", e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new IOException("The session does not answer within 5 s.");
        }
    }

    private static (Socket Socket, Func<Socket, CancellationToken, ValueTask> Connect) Parse(string address)
    {
        const string unix = "unix:";
        if (address.StartsWith(unix, StringComparison.Ordinal))
        {
            var path = new UnixDomainSocketEndPoint(address[unix.Length..]);
            return (new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), (socket, token) => socket.ConnectAsync(path, token));
        }
        var url = new Uri(address);
        return (new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, (socket, token) => socket.ConnectAsync(url.IdnHost, url.Port, token));
    }
}
