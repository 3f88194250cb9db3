using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Runtimes.Kubernetes.Pods;
using Devex.Core.Snapshots;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>
/// A pod may write when no other pod of its REPL still can: those are gone, Failed or Succeeded, their node was deleted, or an operator set them aside. Until then it waits, and its
/// user sees that the old node still saves. A pod that is not the REPL's any more never may.
/// </summary>
internal sealed class PodGrants(KubernetesApi api, Resources resources, Cluster cluster) : IWriterGrants
{
    public async Task<WriterGrant> MayClaimAsync(Writer writer, CancellationToken cancellationToken)
    {
        var (own, pods) = await LookAsync(writer, cancellationToken);
        if (own is null || !own.IsLive() || SessionNames.Read(own) != new RuntimeSession(writer.Owner, writer.Repl, writer.Session))
            return WriterGrant.Never;
        foreach (var other in pods.Where(pod => pod.Metadata.Uid != writer.Identity && pod.IsLive()))
        {
            // A pod without a node runs nowhere; but it may get one, and then asks here itself.
            if (other.Spec.NodeName is { } node && other.IsRestored() && await api.FindAsync(resources.Nodes, node, cancellationToken) is not null)
                return WriterGrant.Later;
        }
        return WriterGrant.Now;
    }

    /// <summary>
    /// The pod that asks as it is stored: one that was let go must get nothing more. A cluster makes a pod beside another of its REPL only when that was told to end, so that a list at
    /// least as new as the pod that asks has each that held files before it, as it was when it was told to end. Where that does not hold, what is stored is listed.
    /// </summary>
    private async Task<(V1Pod? Own, IReadOnlyList<V1Pod> Pods)> LookAsync(Writer writer, CancellationToken cancellationToken)
    {
        var selector = $"labelSelector={SessionNames.SelectorOf(writer.Repl)}";
        if (cluster.Pods.Of(writer.Repl.ToString()).FirstOrDefault(pod => pod.Metadata.Uid == writer.Identity) is { } known)
        {
            var own = await api.FindAsync(resources.Pods, known.Metadata.Name, cancellationToken);
            if (own?.Metadata.Uid != writer.Identity)
                return (null, []);
            // Told to end itself, it may have been followed by another already.
            if (!own.IsLeaving())
                return (own, (await api.ListAsync(resources.Pods, selector, cancellationToken, own.Metadata.ResourceVersion)).Items);
        }
        // Also where the watch is late, or it is nobody's pod any more.
        var (stored, _) = await api.ListAsync(resources.Pods, selector, cancellationToken);
        return (stored.FirstOrDefault(pod => pod.Metadata.Uid == writer.Identity), stored);
    }
}
