using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Sessions;
using k8s;
using k8s.Models;

namespace Devex.Bench.Sessions;

/// <summary>One pod, by its kubelet.</summary>
internal sealed class FakePod(
    ReplId id, V1Pod pod, string address, k8s.Kubernetes client, KubernetesApi api, Resources resources, FakeServe serve, FakeWriter writer, StateChanges changes)
{
    /// <summary>A kubelet gives a pod that long once its session is saved; its programs take all of it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly FakeStatus _status = new(address);
    private readonly ConcurrentDictionary<string, bool> _seen = new();
    private bool _ending;

    public ReplId Id => id;

    private string Uid => pod.Metadata.Uid;

    /// <summary>True once.</summary>
    public bool IsToEnd() => !_ending && (_ending = true);

    /// <summary>True once for each.</summary>
    public bool IsNew(V1EphemeralContainer container) => _seen.TryAdd(container.Name, true);

    /// <summary>One that a controller made of a session that goes comes to nothing: there is no Secret, or Core lets it write nothing.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LiveAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (await api.FindAsync(resources.Deployments, SessionNames.Of(id), cancellationToken) is { Metadata.DeletionTimestamp: null })
                throw;
        }
    }

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var instance = serve.Begin(id);
        var recorded = changes.Expect(id, StateChanges.ProgramsRestarted, record => record.Instance == instance);
        await PatchAsync(_status.Restarted(), cancellationToken);
        await recorded;
    }

    public async Task SaveAsync(string container, string attempt, CancellationToken cancellationToken)
    {
        await writer.SaveAsync(id, Uid, attempt, cancellationToken);
        _ = changes.Expect(id, StateChanges.Saved, record => record.Phase is SessionPhase.Removing or SessionPhase.Stopped);
        await PatchAsync(FakeStatus.Saved(container), cancellationToken);
    }

    public async Task EndAsync(CancellationToken cancellationToken)
    {
        serve.End(id);
        await Task.Delay(Grace, cancellationToken);
        await api.DeleteAsync(resources.Pods, pod, cancellationToken, graceSeconds: 0);
    }

    private async Task LiveAsync(CancellationToken cancellationToken)
    {
        await TellAsync(SessionContainers.Restore, cancellationToken);
        await PatchAsync(_status.Restoring(), cancellationToken);
        await writer.RestoreAsync(id, Uid, cancellationToken);
        _ = changes.Expect(id, StateChanges.FilesRestored, record => record.Phase is not (SessionPhase.Queued or SessionPhase.Restoring));
        // A kubelet says a second late what it started; who dials hears it before.
        var instance = serve.Begin(id);
        _ = changes.Expect(id, StateChanges.ProgramsRunning, record => record.Instance == instance);
        await PatchAsync(_status.Restored(), cancellationToken);
        await TellAsync(SessionContainers.Runner, cancellationToken);
        await TellAsync(SessionContainers.Saver, cancellationToken);
        await PatchAsync(_status.Serving(), cancellationToken);
    }

    private async Task PatchAsync(string status, CancellationToken cancellationToken) =>
        await api.MergeAsync(resources.Pods, $"{pod.Metadata.Name}/status", status, cancellationToken);

    /// <summary>The events that come with each container.</summary>
    private async Task TellAsync(string container, CancellationToken cancellationToken)
    {
        foreach (var (reason, message) in new[] { ("Pulled", $"Container image \"{LoadWorld.Image}\" already present on machine"), ("Created", $"Created container {container}"), ("Started", $"Started container {container}") })
        {
            var now = DateTime.UtcNow;
            await client.CoreV1.CreateNamespacedEventAsync(
                new Corev1Event
                {
                    Metadata = new V1ObjectMeta { Name = $"{pod.Metadata.Name}.{Guid.NewGuid():n}", NamespaceProperty = pod.Metadata.NamespaceProperty },
                    InvolvedObject = new V1ObjectReference
                    {
                        ApiVersion = "v1",
                        Kind = "Pod",
                        Name = pod.Metadata.Name,
                        NamespaceProperty = pod.Metadata.NamespaceProperty,
                        Uid = Uid,
                        FieldPath = $"spec.containers{{{container}}}",
                    },
                    Reason = reason,
                    Message = message,
                    Type = "Normal",
                    Source = new V1EventSource { Component = "kubelet", Host = pod.Spec.NodeName },
                    FirstTimestamp = now,
                    LastTimestamp = now,
                    Count = 1,
                },
                pod.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        }
    }
}
