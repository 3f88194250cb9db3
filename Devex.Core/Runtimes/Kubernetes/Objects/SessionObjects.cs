using System.Text;
using System.Text.Json;
using Devex.Contracts.Snapshots;
using k8s;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Objects;

/// <summary>The objects of a session beside its pod. Pure: the same inputs give the same objects.</summary>
internal static class SessionObjects
{
    public static V1Secret Secret(PodInputs inputs, string coreUrl, string bootstrapToken) => new()
    {
        ApiVersion = "v1",
        Kind = "Secret",
        Metadata = Metadata(inputs),
        Type = "Opaque",
        Data = new Dictionary<string, byte[]>
        {
            ["bootstrap"] = Encoding.ASCII.GetBytes(bootstrapToken),
            ["core.json"] = JsonSerializer.SerializeToUtf8Bytes(new Contracts.Snapshots.CoreAddress(coreUrl), SnapshotsJson.Default.CoreAddress),
        },
    };

    public static V1Deployment Deployment(PodInputs inputs) => new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = Metadata(inputs),
        Spec = new V1DeploymentSpec
        {
            Replicas = 1,
            // One writer at a time.
            Strategy = new V1DeploymentStrategy { Type = "Recreate" },
            RevisionHistoryLimit = 0,
            Selector = new V1LabelSelector { MatchLabels = SessionNames.Pods(inputs.Session) },
            Template = SessionPods.Template(inputs),
        },
    };

    public static V1Service Service(PodInputs inputs) => new()
    {
        ApiVersion = "v1",
        Kind = "Service",
        Metadata = Metadata(inputs),
        Spec = new V1ServiceSpec
        {
            Type = "ClusterIP",
            Selector = SessionNames.Pods(inputs.Session),
            // serve says itself when it is ready; the way to it is laid while files are still being restored.
            PublishNotReadyAddresses = true,
            Ports = [new V1ServicePort { Name = "serve", Port = SessionContainers.Port, TargetPort = "serve", Protocol = "TCP" }],
        },
    };

    public static V1Ingress Ingress(PodInputs inputs, string host)
    {
        var metadata = Metadata(inputs);
        metadata.Annotations = inputs.Options.IngressAnnotations.Where(annotation => annotation.Value.Length > 0).ToDictionary();
        return new V1Ingress
        {
            ApiVersion = "networking.k8s.io/v1",
            Kind = "Ingress",
            Metadata = metadata,
            Spec = new V1IngressSpec
            {
                IngressClassName = inputs.Options.IngressClass,
                Tls = inputs.Options.TlsSecret is { } secret
                    ? [new V1IngressTLS { Hosts = [host], SecretName = secret.Replace("{id}", inputs.Session.Id.ToString(), StringComparison.Ordinal) }]
                    : null,
                Rules =
                [
                    new V1IngressRule
                    {
                        Host = host,
                        Http = new V1HTTPIngressRuleValue
                        {
                            Paths =
                            [
                                new V1HTTPIngressPath
                                {
                                    Path = "/",
                                    PathType = "Prefix",
                                    Backend = new V1IngressBackend
                                    {
                                        Service = new V1IngressServiceBackend
                                        {
                                            Name = SessionNames.Of(inputs.Session.Id),
                                            Port = new V1ServiceBackendPort { Name = "serve" },
                                        },
                                    },
                                },
                            ],
                        },
                    },
                ],
            },
        };
    }

    /// <summary>Marks the Deployment as owner, for leftovers: what a crash forgets goes with it.</summary>
    public static string OwnedBy(IKubernetesObject<V1ObjectMeta> deployment) => KubernetesJson.Serialize(new V1Service
    {
        Metadata = new V1ObjectMeta
        {
            OwnerReferences =
            [
                new V1OwnerReference { ApiVersion = "apps/v1", Kind = "Deployment", Name = deployment.Metadata.Name, Uid = deployment.Metadata.Uid },
            ],
        },
    });

    private static V1ObjectMeta Metadata(PodInputs inputs) => new()
    {
        Name = SessionNames.Of(inputs.Session.Id),
        NamespaceProperty = inputs.Options.Namespace,
        Labels = SessionNames.Labels(inputs.Session),
    };
}
