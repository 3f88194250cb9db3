using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Devex.Dashboard.Access;

/// <summary>What the AppHost says to its dashboard by environment.</summary>
internal sealed class DashboardOptions
{
    private static int _lastPort = RandomNumberGenerator.GetInt32(12_000);

    public const string Section = "Dashboard";

    /// <summary>Name of the application, for titles.</summary>
    public string Application { get; set; } = "Application";

    /// <summary>Port of the pages; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>What a browser shows once to get in.</summary>
    public required string Token { get; set; }

    /// <summary>Port for OTLP over gRPC: HTTP/2 without TLS.</summary>
    public int OtlpGrpcPort { get; set; }

    /// <summary>Port for OTLP over HTTP.</summary>
    public int OtlpHttpPort { get; set; }

    /// <summary>What a sender of telemetry shows in <c>x-otlp-api-key</c>.</summary>
    public required string OtlpKey { get; set; }

    public bool IsOtlp(int port) => port == OtlpGrpcPort || port == OtlpHttpPort;

    /// <summary>A port that nobody has, below those that the kernel gives to outgoing connections: one of these could take it before the listener does.</summary>
    internal static int FreePort()
    {
        while (true)
        {
            var port = 20_000 + (int)((uint)Interlocked.Increment(ref _lastPort) % 12_000);
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
