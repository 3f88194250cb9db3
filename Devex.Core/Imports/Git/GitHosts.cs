using System.Net;
using System.Net.Sockets;
using Devex.Core.Errors;

namespace Devex.Core.Imports.Git;

/// <summary>Asks the names of hosts, as <see cref="Dns.GetHostAddressesAsync(string, CancellationToken)"/> does.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);

/// <summary>An address whose host was resolved and checked. Nothing resolves it again: what it says later counts for nothing.</summary>
internal sealed record PinnedAddress(GitAddress Address, IReadOnlyList<IPAddress> Hosts)
{
    /// <summary>For git, which gives it to curl: <c>host:port:address,…</c>.</summary>
    public string Pin => $"{Address.Url.IdnHost}:{Address.Url.Port}:{string.Join(',', Hosts.Select(host => host.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{host}]" : $"{host}"))}";
}

/// <summary>Resolves hosts once, and takes only those that are public in every answer.</summary>
internal sealed class GitHosts(ResolveHost resolve, bool loopback)
{
    /// <summary>Whether repositories on loopback are taken.</summary>
    public bool Loopback => loopback;

    /// <exception cref="ApiProblem">400 when the host is not there, or not public.</exception>
    public async Task<PinnedAddress> PinAsync(GitAddress address, CancellationToken cancellationToken)
    {
        IPAddress[] hosts;
        try
        {
            hosts = address.Url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
                ? [IPAddress.Parse(address.Url.IdnHost)]
                : await resolve(address.Url.IdnHost, cancellationToken);
        }
        catch (SocketException)
        {
            hosts = [];
        }
        if (hosts.Length == 0)
            throw ApiProblem.Invalid("url", "import.git.host", $"There is no host {address.Url.IdnHost}. Look for a mistake in the address.");
        var isLoopback = address.Url.Scheme == Uri.UriSchemeHttp;
        if (isLoopback ? !loopback || !hosts.All(IPAddress.IsLoopback) : !hosts.All(host => PublicAddresses.IsPublic(host) && !PublicAddresses.IsOurs(host)))
            throw ApiProblem.Invalid("url", "import.git.private", $"{address.Url.IdnHost} is not on the public internet. Only public repositories are imported.");
        return new PinnedAddress(address, hosts);
    }
}
