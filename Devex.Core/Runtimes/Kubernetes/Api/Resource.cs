using k8s;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Api;

/// <summary>A kind of object at the API server.</summary>
/// <param name="Root">For example <c>apis/apps/v1</c>.</param>
/// <param name="Plural">For example <c>deployments</c>.</param>
/// <param name="Namespace">Null for what belongs to no namespace.</param>
internal sealed record Resource<T>(string Root, string Plural, string? Namespace)
    where T : IKubernetesObject<V1ObjectMeta>
{
    public string Path => Namespace is null ? $"{Root}/{Plural}" : $"{Root}/namespaces/{Namespace}/{Plural}";
}

/// <summary>The kinds that sessions need, in their namespace.</summary>
internal sealed class Resources(string space)
{
    public Resource<V1Secret> Secrets { get; } = new("api/v1", "secrets", space);

    public Resource<V1Deployment> Deployments { get; } = new("apis/apps/v1", "deployments", space);

    public Resource<V1ReplicaSet> ReplicaSets { get; } = new("apis/apps/v1", "replicasets", space);

    public Resource<V1Service> Services { get; } = new("api/v1", "services", space);

    public Resource<V1Ingress> Ingresses { get; } = new("apis/networking.k8s.io/v1", "ingresses", space);

    public Resource<V1NetworkPolicy> NetworkPolicies { get; } = new("apis/networking.k8s.io/v1", "networkpolicies", space);

    public Resource<V1Pod> Pods { get; } = new("api/v1", "pods", space);

    public Resource<Corev1Event> Events { get; } = new("api/v1", "events", space);

    public Resource<V1Node> Nodes { get; } = new("api/v1", "nodes", null);
}
