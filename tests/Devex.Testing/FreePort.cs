using System.Net;
using System.Net.Sockets;

namespace Devex.Testing;

/// <summary>Free TCP ports on 127.0.0.1, for servers that cannot be asked for port 0 and tell which they took.</summary>
public static class FreePort
{
    /// <summary>A port that was free a moment ago. The kernel hands out ephemeral ports in turn, so two calls differ.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
