using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Devex.Contracts.Gateway;

namespace Devex.Gateway.Tunnels;

/// <summary>Names under which connections into sessions are pooled. None can be resolved (RFC 2606, <c>.invalid</c>), and none is shared by two instances.</summary>
internal static class DestinationNames
{
    /// <summary><c>http://{instance}.invalid</c>, the instance as 32 hex digits of its hash: host names ignore case, instances do not.</summary>
    public static string Runner(SessionLocation location) => $"http://{Label(location)}.invalid";

    /// <summary><c>http://{port}.{instance}.invalid</c>.</summary>
    public static string Port(SessionLocation location, int port) => string.Create(CultureInfo.InvariantCulture, $"http://{port}.{Label(location)}.invalid");

    /// <summary>The port of a name made by <see cref="Port"/>.</summary>
    public static int PortOf(string host) => int.Parse(host.AsSpan(0, host.IndexOf('.', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Label(SessionLocation location) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{location.ReplId} {location.Instance}")).AsSpan(0, 16));
}
