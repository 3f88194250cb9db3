using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Objects;

/// <summary>
/// Who reaches sessions and what they reach: in from the front namespaces alone; out to DNS, the public internet, and what is named. Policies only add up, so the namespace also has
/// one that allows nothing (<c>deploy/</c>).
/// </summary>
internal static class SessionNetwork
{
    public const string Name = "devex-sessions";

    /// <summary>Not the public internet: RFC 6890 and the metadata address, which is link-local.</summary>
    private static readonly string[] Private4 =
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "224.0.0.0/4", "240.0.0.0/4",
    ];

    // Global unicast less what embeds or documents other addresses, in which private ones could be written.
    private static readonly string[] Private6 = ["2001::/23", "2001:db8::/32", "2002::/16"];

    public static V1NetworkPolicy Policy(KubernetesOptions options) => new()
    {
        ApiVersion = "networking.k8s.io/v1",
        Kind = "NetworkPolicy",
        Metadata = new V1ObjectMeta { Name = Name, NamespaceProperty = options.Namespace },
        Spec = new V1NetworkPolicySpec
        {
            PodSelector = new V1LabelSelector { MatchExpressions = [new V1LabelSelectorRequirement { Key = SessionNames.Repl, OperatorProperty = "Exists" }] },
            PolicyTypes = ["Ingress", "Egress"],
            Ingress = [Front(options)],
            Egress = [Dns(), Public(), .. options.Allowed.Select(Named)],
        },
    };

    private static V1NetworkPolicyIngressRule Front(KubernetesOptions options) => new()
    {
        FromProperty = [.. options.FrontNamespaces.Select(name => new V1NetworkPolicyPeer { NamespaceSelector = Namespace(name) })],
        Ports = [Port("TCP", SessionContainers.Port)],
    };

    private static V1NetworkPolicyEgressRule Dns() => new()
    {
        To =
        [
            new V1NetworkPolicyPeer
            {
                NamespaceSelector = Namespace("kube-system"),
                PodSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["k8s-app"] = "kube-dns" } },
            },
        ],
        Ports = [Port("UDP", 53), Port("TCP", 53)],
    };

    private static V1NetworkPolicyEgressRule Public() => new()
    {
        To =
        [
            new V1NetworkPolicyPeer { IpBlock = new V1IPBlock { Cidr = "0.0.0.0/0", Except = Private4 } },
            new V1NetworkPolicyPeer { IpBlock = new V1IPBlock { Cidr = "2000::/3", Except = Private6 } },
        ],
    };

    private static V1NetworkPolicyEgressRule Named(AllowedAddress address) => new()
    {
        To = [new V1NetworkPolicyPeer { IpBlock = new V1IPBlock { Cidr = address.Cidr } }],
        Ports = [Port("TCP", address.Port)],
    };

    private static V1LabelSelector Namespace(string name) => new() { MatchLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = name } };

    private static V1NetworkPolicyPort Port(string protocol, int port) =>
        new() { Protocol = protocol, Port = port };
}
