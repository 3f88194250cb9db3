using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Runtimes.Kubernetes.Pods;
using Devex.Core.Snapshots;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>
/// A pod may write when no other pod of its REPL still can: those are gone, Failed or Succeeded, their node was deleted, or an operator set them aside. Until then it waits, and its
/// user sees that the old node still saves. A pod that is not the REPL's any more never may.
/// </summary>
internal sealed class PodGrants(KubernetesApi api, Resources resources) : IWriterGrants
{
    public async Task<WriterGrant> MayClaimAsync(Writer writer, CancellationToken cancellationToken)
    {
        // Asked of the API server itself: a watch may be late, and this must not be wrong.
        var (pods, _) = await api.ListAsync(resources.Pods, $"labelSelector={SessionNames.SelectorOf(writer.Repl)}", cancellationToken);
        var own = pods.FirstOrDefault(pod => pod.Metadata.Uid == writer.Identity);
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
}
