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

    /// <summary>
    /// Each pod that is known is looked up where it is stored before anything is done to it. A list from the API server's memory is taken only where it is no older than what was
    /// just written to a pod, and so tells what a list of what was stored then would; where nothing was written, what is stored is listed.
    /// </summary>
    private async Task LetGoAsync(RuntimeSession session, string label, int? graceSeconds, CancellationToken cancellationToken)
    {
        await DeleteRoutesAsync(session, cancellationToken);
        await DeleteAsync(resources.Deployments, cluster.Deployments, session, cancellationToken);
        var pods = await KnownPodsAsync(session, cancellationToken);
        List<V1Pod> all = [.. pods];
        // At once, not when the garbage collector comes by: it would make another pod for each that is deleted.
        await DeleteReplicaSetsAsync(session, all, "Background", cancellationToken);
        // Controllers hear late of what is gone, and make one more of what they miss.
        do
        {
            string? version = null;
            foreach (var pod in pods)
                version = await LetGoAsync(pod, session, label, graceSeconds, cancellationToken);
            pods = await PodsAsync(session, cancellationToken, version);
            all.AddRange(pods);
            if (pods.Count > 0)
                await DeleteReplicaSetsAsync(session, all, "Background", cancellationToken);
        }
        while (pods.Count > 0);
        await DeleteAsync(resources.Secrets, cluster.Secrets, session, cancellationToken);
        await cluster.UntilGoneAsync(session, cancellationToken);
        await DeleteReplicaSetsAsync(session, all, "Background", cancellationToken);
    }

    /// <summary>Lets the session's pods go on alone under another label, and takes away everything else.</summary>
    public async Task<string> SetAsideAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        await DeleteRoutesAsync(session, cancellationToken);
        await DeleteAsync(resources.Deployments, cluster.Deployments, session, cancellationToken, "Orphan");
        await DeleteReplicaSetsAsync(session, [], "Orphan", cancellationToken);
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
        await DeleteAsync(resources.Secrets, cluster.Secrets, session, cancellationToken);
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
        await DeleteAsync(resources.Ingresses, cluster.Ingresses, session, cancellationToken);
        await DeleteAsync(resources.Services, cluster.Services, session, cancellationToken);
    }

    /// <summary>By the one name that all objects of a REPL have, and by whatever name somebody has given to more of them.</summary>
    private async Task DeleteAsync<T>(
        Resource<T> resource, Informer<T> informer, RuntimeSession session, CancellationToken cancellationToken, string propagation = "Background")
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var known = informer.Of(session.Id.ToString()).Where(item => SessionNames.IsOf(item, session)).Select(item => item.Metadata.Name);
        foreach (var name in known.Append(SessionNames.Of(session.Id)).Distinct())
        {
            if (await api.FindAsync(resource, name, cancellationToken) is { Metadata.DeletionTimestamp: null } item && SessionNames.IsOf(item, session))
                await api.DeleteAsync(resource, item, cancellationToken, propagation);
        }
    }

    /// <summary>By the names that pods tell: a Deployment that makes its ReplicaSet anew gives it the same. Where no pod is known, by labels.</summary>
    private async Task DeleteReplicaSetsAsync(RuntimeSession session, IReadOnlyList<V1Pod> pods, string propagation, CancellationToken cancellationToken)
    {
        var labels = $"labelSelector={SessionNames.SelectorOf(session)}";
        string[] makers = [.. pods.SelectMany(pod => pod.Metadata.OwnerReferences ?? []).Where(owner => owner.Kind == V1ReplicaSet.KubeKind).Select(owner => owner.Name).Distinct()];
        foreach (var selector in makers.Length == 0 ? [labels] : makers.Select(name => $"{labels}&fieldSelector=metadata.name={name}"))
        {
            var (items, _) = await api.ListAsync(resources.ReplicaSets, selector, cancellationToken);
            foreach (var item in items.Where(item => item.Metadata.DeletionTimestamp is null))
                await api.DeleteAsync(resources.ReplicaSets, item, cancellationToken, propagation);
        }
    }

    private async Task<IReadOnlyList<V1Pod>> KnownPodsAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        List<V1Pod> stored = [];
        foreach (var known in cluster.Pods.Of(session.Id.ToString()).Where(pod => SessionNames.IsOf(pod, session)))
        {
            if (await api.FindAsync(resources.Pods, known.Metadata.Name, cancellationToken) is { } pod && SessionNames.IsOf(pod, session))
                stored.Add(pod);
        }
        return stored;
    }

    private async Task<IReadOnlyList<V1Pod>> PodsAsync(RuntimeSession session, CancellationToken cancellationToken, string? notOlderThan = null) =>
        (await api.ListAsync(resources.Pods, $"labelSelector={SessionNames.SelectorOf(session)}", cancellationToken, notOlderThan)).Items;
}
