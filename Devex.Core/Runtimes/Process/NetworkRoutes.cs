using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Devex.Core.Runtimes.Process;

/// <summary>Destinations that no session may reach. IPv6 is off but for loopback.</summary>
internal static class NetworkRoutes
{
    // Private (RFC 1918), shared (RFC 6598), link-local and metadata (RFC 3927), benchmark (RFC 2544), multicast and reserved.
    private static readonly string[] Always =
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"];

    public static IReadOnlyList<string> Unreachable() => [.. Always, .. HostAddresses().Select(address => $"{address}/32")];

    /// <summary>IPv4 addresses of this machine but loopback.</summary>
    public static IReadOnlyList<IPAddress> HostAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            .Distinct(),
    ];
}
