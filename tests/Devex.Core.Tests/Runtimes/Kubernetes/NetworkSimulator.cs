using System.Globalization;
using System.Net;
using k8s.Models;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>One end of a connection: an address, and where it is a pod's, its labels and those of its namespace.</summary>
internal sealed record NetworkPeer(string Address, string? Namespace = null, IReadOnlyDictionary<string, string>? Labels = null);

/// <summary>What a NetworkPolicy lets pass, by the rules of networking.k8s.io/v1: rules add up, and what no rule names does not pass.</summary>
internal sealed class NetworkSimulator(params V1NetworkPolicy[] policies)
{
    /// <summary>Whether a pod that every policy selects may open a connection.</summary>
    public bool Out(NetworkPeer to, int port, string protocol = "TCP") => policies.SelectMany(policy => policy.Spec.Egress ?? [])
        .Any(rule => Matches(rule.To, to) && Matches(rule.Ports, port, protocol));

    /// <summary>Whether it may be reached; ports of containers count, not of Services.</summary>
    public bool In(NetworkPeer from, int port, string protocol = "TCP") => policies.SelectMany(policy => policy.Spec.Ingress ?? [])
        .Any(rule => Matches(rule.FromProperty, from) && Matches(rule.Ports, port, protocol));

    private static bool Matches(IList<V1NetworkPolicyPeer>? peers, NetworkPeer peer) => peers is null or { Count: 0 } || peers.Any(rule => Matches(rule, peer));

    private static bool Matches(V1NetworkPolicyPeer rule, NetworkPeer peer)
    {
        if (rule.IpBlock is { } block)
            return Contains(block.Cidr, peer.Address) && !(block.Except ?? []).Any(except => Contains(except, peer.Address));
        if (peer.Namespace is null)
            return false;
        var space = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = peer.Namespace };
        return Selects(rule.NamespaceSelector, space) && Selects(rule.PodSelector, peer.Labels ?? new Dictionary<string, string>());
    }

    private static bool Selects(V1LabelSelector? selector, IReadOnlyDictionary<string, string> labels) =>
        (selector?.MatchLabels ?? new Dictionary<string, string>()).All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);

    private static bool Matches(IList<V1NetworkPolicyPort>? ports, int port, string protocol) =>
        ports is null or { Count: 0 } || ports.Any(rule => (rule.Protocol ?? "TCP") == protocol
            && (rule.Port is null || rule.Port.Value == port.ToString(CultureInfo.InvariantCulture)));

    // By the bits: an address of one family is in no block of the other, however it is written.
    private static bool Contains(string cidr, string address)
    {
        var block = IPNetwork.Parse(cidr);
        var (network, host) = (block.BaseAddress.GetAddressBytes(), IPAddress.Parse(address).GetAddressBytes());
        return network.Length == host.Length
            && Enumerable.Range(0, block.PrefixLength).All(bit => ((network[bit / 8] ^ host[bit / 8]) >> (7 - bit % 8) & 1) == 0);
    }
}
