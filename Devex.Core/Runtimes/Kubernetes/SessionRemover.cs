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
        // Controllers hear late of what is gone, and make one more of what they miss. A pod that nobody has heard of yet is found by the reconciler when somebody does.
        var version = cluster.Pods.Version;
        while (await PodsAsync(session, cancellationToken, version) is { Count: > 0 } pods)
        {
            foreach (var pod in pods)
                version = await LetGoAsync(pod, session, label, graceSeconds, cancellationToken) ?? version;
            await DeleteReplicaSetsAsync(session, "Background", cancellationToken);
        }
        await DeleteAsync(resources.Secrets, session, cancellationToken);
        await cluster.UntilGoneAsync(session, cancellationToken);
        await DeleteReplicaSetsAsync(session, "Background", cancellationToken);
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
        await DeleteAsync(resources.Secrets, session, cancellationToken);
        await cluster.UntilGoneAsync(session, cancellationToken);
        return aside.Count == 0 ? "nothing was there" : $"pod {string.Join(", ", aside)} (label {SessionNames.Aside}={session.Id})";
    }

    /// <summary>Deleted first: what is nobody's any more must not stay.</summary>
    /// <returns>The version from which on it is nobody's; null when it is gone.</returns>
    private async Task<string?> LetGoAsync(V1Pod pod, RuntimeSession session, string label, int? graceSeconds, CancellationToken cancellationToken)
    {
        await api.DeleteAsync(resources.Pods, pod, cancellationToken, graceSeconds: graceSeconds);
        return await RelabelAsync(pod, session, label, cancellationToken);
    }

    private async Task<string?> RelabelAsync(V1Pod pod, RuntimeSession session, string label, CancellationToken cancellationToken)
    {
        try
        {
            var relabelled = await api.MergeAsync(
                resources.Pods, pod.Metadata.Name,
                $$$"""
                {"metadata":{"uid":"{{{pod.Metadata.Uid}}}","ownerReferences":null,"labels":{"{{{SessionNames.Repl}}}":null,"{{{SessionNames.Session}}}":null,"{{{label}}}":"{{{session.Id}}}"} } }
                """, cancellationToken);
            return relabelled.Metadata.ResourceVersion;
        }
        catch (ClusterException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // It is gone, and perhaps another has its name.
            return null;
        }
    }

    private async Task DeleteRoutesAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        await DeleteAsync(resources.Ingresses, session, cancellationToken);
        await DeleteAsync(resources.Services, session, cancellationToken);
    }

    private async Task DeleteControllersAsync(RuntimeSession session, string propagation, CancellationToken cancellationToken)
    {
        await DeleteAsync(resources.Deployments, session, cancellationToken, propagation);
        // At once, not when the garbage collector comes by: it would make another pod for each that is deleted.
        await DeleteReplicaSetsAsync(session, propagation, cancellationToken);
    }

    /// <summary>By the one name that all objects of a REPL have, but for its pods and what makes them.</summary>
    private async Task DeleteAsync<T>(Resource<T> resource, RuntimeSession session, CancellationToken cancellationToken, string propagation = "Background")
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (await api.FindAsync(resource, SessionNames.Of(session.Id), cancellationToken) is { Metadata.DeletionTimestamp: null } item && SessionNames.IsOf(item, session))
            await api.DeleteAsync(resource, item, cancellationToken, propagation);
    }

    /// <summary>One that the API server does not remember yet goes with its Deployment, when the garbage collector comes by.</summary>
    private async Task DeleteReplicaSetsAsync(RuntimeSession session, string propagation, CancellationToken cancellationToken)
    {
        var (items, _) = await api.ListAsync(resources.ReplicaSets, $"labelSelector={SessionNames.SelectorOf(session)}", cancellationToken, "0");
        foreach (var item in items.Where(item => item.Metadata.DeletionTimestamp is null))
            await api.DeleteAsync(resources.ReplicaSets, item, cancellationToken, propagation);
    }

    private async Task<IReadOnlyList<V1Pod>> PodsAsync(RuntimeSession session, CancellationToken cancellationToken, string? notOlderThan = null) =>
        (await api.ListAsync(resources.Pods, $"labelSelector={SessionNames.SelectorOf(session)}", cancellationToken, notOlderThan)).Items;
}
