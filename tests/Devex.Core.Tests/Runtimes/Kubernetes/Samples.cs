using Devex.Contracts;
using Devex.Core.Runtimes;
using Devex.Core.Runtimes.Kubernetes;
using Devex.Core.Runtimes.Kubernetes.Objects;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>Inputs of the builders: the least, and with every option.</summary>
internal static class Samples
{
    public static readonly RuntimeSession Session = new(UserId.GitHub(583231), ReplId.Parse("7k2m9xq4v8bt"), "s3ss10nab0");

    public static PodInputs Least { get; } = new(
        Session, "registry.example/devex/runner@sha256:aa", "registry.example/devex/session-python@sha256:bb", "CORE-KEY", 8L << 30, new KubernetesOptions());

    public static PodInputs Everything { get; } = Least with
    {
        Options = new KubernetesOptions
        {
            Namespace = "repls",
            ImagePullSecrets = ["pull"],
            IngressClass = "nginx",
            TlsSecret = "tls-{id}",
            IngressAnnotations = new() { ["cert-manager.io/cluster-issuer"] = "letsencrypt", ["nginx.ingress.kubernetes.io/proxy-read-timeout"] = "3600" },
            RuntimeClass = "gvisor",
            NodeSelector = new() { ["devex.dev/sessions"] = "true" },
            PriorityClass = "devex-session",
            UserNamespaces = true,
            StorageClass = "fast",
            Allowed = [new AllowedAddress { Cidr = "10.96.3.4/32", Port = 7071 }, new AllowedAddress { Cidr = "192.168.7.0/24", Port = 9000 }],
            FrontNamespaces = ["devex"],
        },
    };
}
