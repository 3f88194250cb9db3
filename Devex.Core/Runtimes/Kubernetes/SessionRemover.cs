using System.Net;
using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Runtimes.Kubernetes.Pods;
using k8s;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>Takes a session's objects away, each by its UID, so that a stale stop never removes what a later start made.</summary>
internal sealed class SessionRemover(KubernetesApi api, Resources resources, Cluster cluster)
{
    private const int Quickly = 1;

    /// <summary>
    /// Ends everything of the session. Nobody waits for its pods: they are told to end, and are nobody's from then on. What they still might write is shut out by the commit after
    /// which they are removed, and Core gives them no other claim; while a kubelet takes its time, the REPL can start again elsewhere.
    /// </summary>
    public Task RemoveAsync(RuntimeSession session, CancellationToken cancellationToken) => LetGoAsync(session, SessionNames.Ended, Quickly, cancellationToken);

    /// <summary>The same for pods of a silent node: they end with all the time they need to save, when it comes back.</summary>
    public Task LeaveBehindAsync(RuntimeSession session, CancellationToken cancellationToken) => LetGoAsync(session, SessionNames.Left, null, cancellationToken);

    private async Task LetGoAsync(RuntimeSession session, string label, int? graceSeconds, CancellationToken cancellationToken)
    {
        await DeleteRoutesAsync(session, cancellationToken);
        await DeleteControllersAsync(session, "Background", cancellationToken);
        // Controllers hear late of what is gone, and make one more of what they miss.
        while (await PodsAsync(session, cancellationToken) is { Count: > 0 } pods)
        {
            foreach (var pod in pods)
                await LetGoAsync(pod, session, label, graceSeconds, cancellationToken);
            await DeleteAllAsync(resources.ReplicaSets, session, cancellationToken);
        }
        await DeleteAllAsync(resources.Secrets, session, cancellationToken);
        await cluster.UntilGoneAsync(session, cancellationToken);
        await DeleteAllAsync(resources.ReplicaSets, session, cancellationToken);
    }

    /// <summary>Lets the session's pods go on alone under another label, and takes away everything else.</summary>
    public async Task<string> SetAsideAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        await DeleteRoutesAsync(session, cancellationToken);
        await DeleteControllersAsync(session, "Orphan", cancellationToken);
        List<string> aside = [];
        foreach (var pod in await PodsAsync(session, cancellationToken))
        {
            if (pod.IsLive() && pod.IsRestored())
            {
                await RelabelAsync(pod, session, SessionNames.Aside, cancellationToken);
                aside.Add(pod.Metadata.Name);
            }
            else
            {
                await LetGoAsync(pod, session, SessionNames.Ended, Quickly, cancellationToken);
            }
        }
        // The pod has mounted it, and would be made again without its files if it were ever missed.
        await DeleteAllAsync(resources.Secrets, session, cancellationToken);
        await cluster.UntilGoneAsync(session, cancellationToken);
        return aside.Count == 0 ? "nothing was there" : $"pod {string.Join(", ", aside)} (label {SessionNames.Aside}={session.Id})";
    }

    /// <summary>Deleted first: what is nobody's any more must not stay.</summary>
    private async Task LetGoAsync(V1Pod pod, RuntimeSession session, string label, int? graceSeconds, CancellationToken cancellationToken)
    {
        await api.DeleteAsync(resources.Pods, pod, cancellationToken, graceSeconds: graceSeconds);
        await RelabelAsync(pod, session, label, cancellationToken);
    }

    private async Task RelabelAsync(V1Pod pod, RuntimeSession session, string label, CancellationToken cancellationToken)
    {
        try
        {
            await api.MergeAsync(
                resources.Pods, pod.Metadata.Name,
                $$$"""
                {"metadata":{"uid":"{{{pod.Metadata.Uid}}}","ownerReferences":null,"labels":{"{{{SessionNames.Repl}}}":null,"{{{SessionNames.Session}}}":null,"{{{label}}}":"{{{session.Id}}}"} } }
                """, cancellationToken);
        }
        catch (ClusterException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // It is gone, and perhaps another has its name.
        }
    }

    private async Task DeleteRoutesAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        await DeleteAllAsync(resources.Ingresses, session, cancellationToken);
        await DeleteAllAsync(resources.Services, session, cancellationToken);
    }

    private async Task DeleteControllersAsync(RuntimeSession session, string propagation, CancellationToken cancellationToken)
    {
        await DeleteAllAsync(resources.Deployments, session, cancellationToken, propagation);
        // At once, not when the garbage collector comes by: it would make another pod for each that is deleted.
        await DeleteAllAsync(resources.ReplicaSets, session, cancellationToken, propagation);
    }

    private async Task DeleteAllAsync<T>(Resource<T> resource, RuntimeSession session, CancellationToken cancellationToken, string propagation = "Background")
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (items, _) = await api.ListAsync(resource, $"labelSelector={SessionNames.SelectorOf(session)}", cancellationToken);
        foreach (var item in items.Where(item => item.Metadata.DeletionTimestamp is null))
            await api.DeleteAsync(resource, item, cancellationToken, propagation);
    }

    private async Task<IReadOnlyList<V1Pod>> PodsAsync(RuntimeSession session, CancellationToken cancellationToken) =>
        (await api.ListAsync(resources.Pods, $"labelSelector={SessionNames.SelectorOf(session)}", cancellationToken)).Items;
}
