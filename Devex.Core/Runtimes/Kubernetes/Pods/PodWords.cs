using System.Globalization;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Pods;

/// <summary>What happens to a pod, in words for the REPL's owner.</summary>
internal static class PodWords
{
    public const string Scheduling = "scheduling";
    public const string Pulling = "pulling";
    public const string Restoring = "restoring";
    public const string WaitingForRoom = "waitingForRoom";
    public const string WaitingForSave = "waitingForSave";

    /// <summary>The stage of a start that is under way; null when its pod tells nothing new.</summary>
    public static string? Stage(V1Pod? pod, IEnumerable<Corev1Event> events, bool otherLeaving)
    {
        if (pod is null || (pod.Spec.NodeName is null && !IsScheduled(pod)))
            return pod is not null && Unschedulable(pod) is not null ? WaitingForRoom : Scheduling;
        if (PodLook.Restore(pod)?.State?.Running is not null)
            return otherLeaving ? WaitingForSave : Restoring;
        var last = events.Where(item => item.Reason is "Pulling" or "Pulled")
            .OrderBy(item => long.TryParse(item.Metadata.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).LastOrDefault();
        return last?.Reason == "Pulling" ? Pulling : null;
    }

    /// <summary>Why a start cannot go on; null while it may.</summary>
    public static string? Failure(V1Pod pod)
    {
        foreach (var status in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
        {
            if (status.State?.Waiting is { } waiting && Refused(status, waiting) is { } words)
                return words;
        }
        return pod.Status?.Phase == "Failed" ? Ended(pod) : null;
    }

    /// <summary>Why nothing happens, for when patience ends.</summary>
    public static string Patience(V1Pod? pod) => pod switch
    {
        null => "The cluster made no pod for the session. Its quota may be used up.",
        _ when Unschedulable(pod) is { } why => $"No node of the cluster has room for the session: {why}",
        _ when pod.Status?.Phase == "Pending" => "The node did not start the session's pod.",
        _ => "The session's node does not answer.",
    };

    /// <summary>Why a pod is no more.</summary>
    public static string Ended(V1Pod pod) => pod.Status switch
    {
        { Reason: "Evicted" } status => $"its node ended it: {status.Message}",
        { Reason: { } reason } status => $"its node ended it: {reason} {status.Message}".TrimEnd(),
        _ => "its pod failed",
    };

    /// <summary>How a container ended, without its output.</summary>
    public static string Exit(V1ContainerStateTerminated ended) => ended switch
    {
        { Reason: "OOMKilled" } => "it took more memory than it may and was killed",
        { Signal: { } signal } when signal != 0 => string.Create(CultureInfo.InvariantCulture, $"it was ended by signal {signal}"),
        { ExitCode: > 128 and var code } => string.Create(CultureInfo.InvariantCulture, $"it was ended by signal {code - 128}"),
        { ExitCode: var code } => string.Create(CultureInfo.InvariantCulture, $"exit code {code}"),
    };

    private static bool IsScheduled(V1Pod pod) => pod.Status?.Conditions?.Any(condition => condition is { Type: "PodScheduled", Status: "True" }) == true;

    private static string? Unschedulable(V1Pod pod) =>
        pod.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" })?.Message;

    private static string? Refused(V1ContainerStatus status, V1ContainerStateWaiting waiting) => waiting.Reason switch
    {
        // The first failure may be the network's; the kubelet tries again, and then calls it backing off.
        "ImagePullBackOff" => $"The image {status.Image} cannot be pulled.",
        "InvalidImageName" or "ErrImageNeverPull" => $"The image {status.Image} is not there: {waiting.Message}",
        "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError" => $"The container '{status.Name}' cannot be made: {waiting.Message}",
        _ => null,
    };
}
