using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Pods;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>
/// Which pods are out of reach. A cluster marks the pods of a silent node as not ready; only then is the node itself looked up, so that sessions need no watch of nodes.
/// </summary>
internal sealed class SilentNodes(KubernetesApi api, Resources resources)
{
    /// <summary>Since when the node of a pod has been silent; null when it answers, or does not exist any more.</summary>
    public async Task<DateTimeOffset?> SinceAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (pod.Spec.NodeName is not { } name || !pod.IsLive() || !pod.IsRestored() || pod.IsReady())
            return null;
        var node = await api.FindAsync(resources.Nodes, name, cancellationToken);
        var ready = node?.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready");
        return ready is null or { Status: "True" } ? null : new DateTimeOffset(DateTime.SpecifyKind(ready.LastTransitionTime ?? DateTime.UnixEpoch, DateTimeKind.Utc));
    }
}
