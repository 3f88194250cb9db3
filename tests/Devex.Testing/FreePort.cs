using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Devex.Testing;

/// <summary>Free TCP ports on 127.0.0.1, for servers that cannot be asked for port 0 and tell which they took.</summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Each run begins somewhere else, since several may go on at once.
    private static int _last = RandomNumberGenerator.GetInt32(Count);

    /// <summary>
    /// A port that was free a moment ago, another in each call. It is below those that the kernel gives to outgoing connections, any of which could take it before the
    /// server does.
    /// </summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Somebody's; the next.
            }
        }
    }
}
