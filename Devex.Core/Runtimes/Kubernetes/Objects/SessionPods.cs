using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Objects;

/// <summary>The pod of a session, within Pod Security's restricted profile.</summary>
internal static class SessionPods
{
    /// <summary>Everything of a session runs as this user, which every session image knows by name.</summary>
    public const int User = 1000;

    /// <summary>Time that a node's drain leaves <c>serve</c> to flush and the saver to commit a last time, s.</summary>
    public const int GraceSeconds = 120;

    public static V1PodTemplateSpec Template(PodInputs inputs) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Labels = SessionNames.Labels(inputs.Session),
            // What an autoscaler takes away to save a node would be somebody's running programs.
            Annotations = new Dictionary<string, string> { ["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "false" },
        },
        Spec = Spec(inputs),
    };

    private static V1PodSpec Spec(PodInputs inputs) => new()
    {
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        Hostname = inputs.Session.Id.ToString(),
        HostUsers = inputs.Options.UserNamespaces ? false : null,
        ImagePullSecrets = inputs.Options.ImagePullSecrets is { Count: > 0 } secrets ? [.. secrets.Select(name => new V1LocalObjectReference { Name = name })] : null,
        InitContainers = [SessionContainers.RestoreContainer(inputs)],
        Containers = [SessionContainers.RunnerContainer(inputs), SessionContainers.SaverContainer(inputs)],
        NodeSelector = inputs.Options.NodeSelector is { Count: > 0 } nodes ? nodes : null,
        PriorityClassName = inputs.Options.PriorityClass,
        RestartPolicy = "Always",
        RuntimeClassName = inputs.Options.RuntimeClass,
        SecurityContext = new V1PodSecurityContext
        {
            // An emptyDir is everybody's as it is, and a group of its own would stay on every folder that is made in it.
            FsGroup = inputs.Options.StorageClass is null ? null : User,
            FsGroupChangePolicy = inputs.Options.StorageClass is null ? null : "OnRootMismatch",
            RunAsGroup = User,
            RunAsNonRoot = true,
            RunAsUser = User,
            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
        },
        TerminationGracePeriodSeconds = GraceSeconds,
        // A node that is silent for a while may come back with everything on it: nothing is evicted behind our back.
        Tolerations = [Stays("node.kubernetes.io/not-ready"), Stays("node.kubernetes.io/unreachable")],
        Volumes = [Files(inputs), Control(), Bootstrap(inputs)],
    };

    private static V1Toleration Stays(string taint) => new() { Key = taint, OperatorProperty = "Exists", Effect = "NoExecute" };

    private static V1Volume Files(PodInputs inputs)
    {
        var size = new ResourceQuantity(SessionContainers.Bytes(2 * inputs.QuotaBytes));
        return inputs.Options.StorageClass is { } storage
            ? new V1Volume
            {
                Name = SessionContainers.FilesVolume,
                Ephemeral = new V1EphemeralVolumeSource
                {
                    VolumeClaimTemplate = new V1PersistentVolumeClaimTemplate
                    {
                        Metadata = new V1ObjectMeta { Labels = SessionNames.Labels(inputs.Session) },
                        Spec = new V1PersistentVolumeClaimSpec
                        {
                            AccessModes = ["ReadWriteOnce"],
                            StorageClassName = storage,
                            Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = size } },
                        },
                    },
                },
            }
            : new V1Volume { Name = SessionContainers.FilesVolume, EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = size } };
    }

    // On the disk as the files are: one in memory would be emptied by a reboot of the node that the files outlive.
    private static V1Volume Control() => new() { Name = SessionContainers.ControlVolume, EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = new ResourceQuantity("256Mi") } };

    private static V1Volume Bootstrap(PodInputs inputs) => new()
    {
        Name = SessionContainers.BootstrapVolume,
        Secret = new V1SecretVolumeSource { SecretName = SessionNames.Of(inputs.Session.Id), DefaultMode = 0b100_100_100 },
    };
}
