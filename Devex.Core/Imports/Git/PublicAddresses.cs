using System.Net;
using System.Net.NetworkInformation;

namespace Devex.Core.Imports.Git;

/// <summary>Which addresses are somewhere on the public internet, and so not ours, nor those of whoever runs us.</summary>
/// <remarks>Source of the ranges: IANA, IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890).</remarks>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] Special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        }.Select(IPNetwork.Parse),
    ];

    // All that is global is in 2000::/3; what of it leads into other networks, or nowhere, is not taken.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] Special6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            ? !Special4.Any(network => network.Contains(address))
            : address.ScopeId == 0 && Global6.Contains(address) && !Special6.Any(network => network.Contains(address));
    }

    /// <summary>Whether this machine itself has it.</summary>
    public static bool IsOurs(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Any(own => own.Address.Equals(address));
    }
}
