using Devex.Core.Runtimes.Kubernetes.Objects;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Pods;

/// <summary>What a pod's status says of a session.</summary>
internal static class PodLook
{
    /// <summary>Whether something in it may still write.</summary>
    public static bool IsLive(this V1Pod pod) => pod.Status?.Phase is not ("Failed" or "Succeeded");

    /// <summary>On its way out: its programs were told to end, and the saver commits a last time.</summary>
    public static bool IsLeaving(this V1Pod pod) => pod.Metadata.DeletionTimestamp is not null;

    /// <summary>
    /// Whether its files were ever restored, so that they may hold what is saved nowhere else. After a reboot of the node the init container runs again over newer files: what it
    /// was before counts too, and that anything after it has ever run.
    /// </summary>
    public static bool IsRestored(this V1Pod pod) =>
        (Restore(pod) is { } restore && (restore.State?.Terminated?.ExitCode == 0 || restore.LastState?.Terminated?.ExitCode == 0))
        || (pod.Status?.ContainerStatuses ?? []).Any(status => status.RestartCount > 0 || status.State?.Running is not null || status.State?.Terminated is not null
            || status.LastState?.Terminated is not null);

    public static V1ContainerStatus? Restore(V1Pod pod) => Find(pod.Status?.InitContainerStatuses, SessionContainers.Restore);

    public static V1ContainerStatus? Runner(V1Pod pod) => Find(pod.Status?.ContainerStatuses, SessionContainers.Runner);

    public static V1ContainerStatus? Saver(V1Pod pod) => Find(pod.Status?.ContainerStatuses, SessionContainers.Saver);

    public static V1ContainerStatus? Ephemeral(V1Pod pod, string name) => Find(pod.Status?.EphemeralContainerStatuses, name);

    public static bool IsRunning(V1Pod pod, string container) =>
        pod.IsLive() && !pod.IsLeaving() && Find(pod.Status?.ContainerStatuses, container)?.State?.Running is not null;

    /// <summary>
    /// Whether it is about to run for the first time, or runs already: a kubelet looks at its containers once a second, and tells what it started only then.
    /// </summary>
    public static bool IsComing(V1Pod pod, string container) =>
        pod.IsLive() && !pod.IsLeaving() && Restore(pod)?.State?.Terminated?.ExitCode == 0
        && (Find(pod.Status?.ContainerStatuses, container) is not { } status || WasNeverHeardOf(status));

    public static bool IsReady(this V1Pod pod) => pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    /// <summary>What the reconciler acts on; other changes of a pod are none to it.</summary>
    public static object Essence(V1Pod pod) => (
        pod.Metadata.Uid, pod.IsLive(), pod.IsLeaving(), pod.IsRestored(), pod.IsReady(), IsRunning(pod, SessionContainers.Runner), IsRunning(pod, SessionContainers.Saver),
        Runner(pod)?.RestartCount);

    private static bool WasNeverHeardOf(V1ContainerStatus status) =>
        status is { RestartCount: 0, LastState: null or { Terminated: null }, State: null or { Running: null, Terminated: null } }
        && status.State?.Waiting?.Reason is (null or "PodInitializing" or "ContainerCreating");

    private static V1ContainerStatus? Find(IList<V1ContainerStatus>? statuses, string name) => statuses?.FirstOrDefault(status => status.Name == name);
}
