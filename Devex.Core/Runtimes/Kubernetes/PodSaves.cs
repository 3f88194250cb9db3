using System.Net;
using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Runtimes.Kubernetes.Pods;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>What is done to a running pod from outside, by ephemeral containers: they need nothing that runs in it to be alive or honest.</summary>
internal sealed class PodSaves(KubernetesApi api, Resources resources, Cluster cluster, SessionMaker maker, SilentNodes nodes, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>Runs <c>save --attempt</c> in the session's pod, or joins it, to its end.</summary>
    public async Task<RunOutcome> SaveAsync(SessionSpec session, string attempt, CancellationToken cancellationToken)
    {
        if (Pod(session, leaving: false) is not { } pod)
        {
            // A pod that was told to end saves by itself; what comes of it is in the chain.
            while (Pod(session, leaving: true) is { } going && await nodes.SinceAsync(going, cancellationToken) is null)
                await NextAsync(cluster.NextChange(session.Id), cancellationToken);
            return new RunOutcome(null, "the session's pod was taken away while it was being stopped");
        }
        return await RunAsync(session, pod, SessionContainers.Save(maker.Inputs(session), attempt), cancellationToken);
    }

    /// <summary>Ends <c>serve</c> and the programs beside it. What the kubelet starts in their place lets nobody in before Core has spoken to it.</summary>
    public async Task EndServeAsync(SessionSpec session, CancellationToken cancellationToken)
    {
        if (Pod(session, leaving: false) is not { } pod || PodLook.Runner(pod) is not { State.Running: not null } runner)
            return;
        // One for each life of the runner: asked again, it joins.
        await RunAsync(session, pod, SessionContainers.End(maker.Inputs(session), $"{runner.RestartCount}"), cancellationToken);
        while (true)
        {
            var changed = cluster.NextChange(session.Id);
            if (Pod(session, leaving: false) is not { } now || now.Metadata.Uid != pod.Metadata.Uid || PodLook.Runner(now)?.ContainerID != runner.ContainerID
                || PodLook.Runner(now)?.State?.Running is null)
                return;
            await NextAsync(changed, cancellationToken);
        }
    }

    private async Task<RunOutcome> RunAsync(SessionSpec session, V1Pod pod, V1EphemeralContainer container, CancellationToken cancellationToken)
    {
        try
        {
            if (pod.Spec.EphemeralContainers?.Any(known => known.Name == container.Name) != true)
                await api.AddEphemeralAsync(resources.Pods, pod, container, cancellationToken);
        }
        catch (ClusterException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return new RunOutcome(null, "the session's pod is gone");
        }
        while (true)
        {
            var changed = cluster.NextChange(session.Id);
            var now = cluster.Pods.Of(session.Id.ToString()).FirstOrDefault(item => item.Metadata.Uid == pod.Metadata.Uid);
            if (now is null || !now.IsLive())
                return new RunOutcome(null, "the session's pod is gone");
            if (await nodes.SinceAsync(now, cancellationToken) is not null)
                return new RunOutcome(null, "its node does not answer");
            if (PodLook.Ephemeral(now, container.Name)?.State?.Terminated is { } ended)
                return new RunOutcome(ended.ExitCode, await api.LastWordsAsync(resources.Pods, pod.Metadata.Name, container.Name, previous: false, cancellationToken));
            await NextAsync(changed, cancellationToken);
        }
    }

    private async Task NextAsync(Task changed, CancellationToken cancellationToken)
    {
        await Task.WhenAny(changed, Task.Delay(Look, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private V1Pod? Pod(SessionSpec session, bool leaving) => cluster.Pods.Of(session.Id.ToString())
        .FirstOrDefault(pod => SessionNames.IsOf(pod, session.ToRuntimeSession()) && pod.IsLive() && pod.IsRestored() && pod.IsLeaving() == leaving);
}
