using System.Globalization;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Objects;

/// <summary>
/// The containers of a session's pod. What claims and saves sees all files and the control folder; what runs users' programs sees workspace, home and journal
/// alone, and no token.
/// </summary>
internal static class SessionContainers
{
    public const string Restore = "restore";
    public const string Runner = "runner";
    public const string Saver = "saver";
    public const int Port = 7070;

    public const string FilesVolume = "files";
    public const string ControlVolume = "control";
    public const string BootstrapVolume = "bootstrap";

    private const string RunnerProgram = "/opt/devex/Devex.Runner";

    public static V1Container RestoreContainer(PodInputs inputs) => Writer(inputs, Restore, "restore");

    public static V1Container SaverContainer(PodInputs inputs) => Writer(inputs, Saver, "save", "--watch");

    public static V1Container RunnerContainer(PodInputs inputs) => new()
    {
        Name = Runner,
        Image = inputs.SessionImage,
        ImagePullPolicy = "IfNotPresent",
        // The image's init takes in what programs leave behind.
        Command = ["/usr/bin/tini", "--", RunnerProgram],
        Args = ["serve"],
        Env =
        [
            Variable("DEVEX_REPL", inputs.Session.Id.ToString()),
            Variable("DEVEX_LISTEN", string.Create(CultureInfo.InvariantCulture, $"http://0.0.0.0:{Port}")),
            Variable("DEVEX_CORE_KEY", inputs.CoreKey),
            Variable("DEVEX_WORKSPACE", "/workspace"),
            Variable("DEVEX_HOME", "/home/devex"),
            Variable("DEVEX_JOURNAL", "/var/lib/devex/journal"),
            Variable("HOME", "/home/devex"),
            Variable("LANG", "C.UTF-8"),
            Variable("TERM", "xterm-256color"),
        ],
        Ports = [new V1ContainerPort { Name = "serve", ContainerPort = Port, Protocol = "TCP" }],
        WorkingDir = "/workspace",
        VolumeMounts =
        [
            // The folders are made by restore; the kubelet looks them up below a volume that no user's program sees whole.
            new V1VolumeMount { Name = FilesVolume, MountPath = "/workspace", SubPath = "workspace" },
            new V1VolumeMount { Name = FilesVolume, MountPath = "/home/devex", SubPath = "home" },
            new V1VolumeMount { Name = FilesVolume, MountPath = "/var/lib/devex/journal", SubPath = "journal" },
        ],
        Resources = Resources(
            (inputs.Options.CpuRequest, inputs.Options.MemoryRequest, inputs.Options.DiskRequest),
            (inputs.Options.CpuLimit, inputs.Options.MemoryLimit, Bytes(2 * inputs.QuotaBytes))),
        SecurityContext = Restricted(readOnlyRoot: false),
    };

    /// <summary>Uploads what is left when the session is stopped; it can do so when runner and saver are dead. Its name is used once.</summary>
    public static V1EphemeralContainer Save(PodInputs inputs, string attempt)
    {
        var writer = Writer(inputs, $"save-{attempt}", "save", "--attempt", attempt);
        // An ephemeral container may name no resources.
        return new V1EphemeralContainer
        {
            Name = writer.Name,
            Image = writer.Image,
            ImagePullPolicy = writer.ImagePullPolicy,
            Command = writer.Command,
            Args = writer.Args,
            Env = writer.Env,
            VolumeMounts = writer.VolumeMounts,
            SecurityContext = writer.SecurityContext,
        };
    }

    /// <summary>Ends <c>serve</c> and every program in the runner's container, without its consent; its init ends then, and the kubelet starts it anew, closed to everybody.</summary>
    public static V1EphemeralContainer End(PodInputs inputs, string name) => new()
    {
        Name = $"end-{name}",
        Image = inputs.RunnerImage,
        ImagePullPolicy = "IfNotPresent",
        Command = ["/bin/sh", "-c", "kill -KILL -1"],
        TargetContainerName = Runner,
        SecurityContext = Restricted(readOnlyRoot: true),
    };

    private static V1Container Writer(PodInputs inputs, string name, params string[] arguments) => new()
    {
        Name = name,
        Image = inputs.RunnerImage,
        ImagePullPolicy = "IfNotPresent",
        Command = [RunnerProgram],
        Args = arguments,
        Env =
        [
            Variable("DEVEX_REPL", inputs.Session.Id.ToString()),
            Variable("DEVEX_FILES", "/files"),
            Variable("DEVEX_CONTROL", "/control"),
            Variable("DEVEX_BOOTSTRAP", "/bootstrap"),
            new V1EnvVar { Name = "DEVEX_WRITER", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.uid", ApiVersion = "v1" } } },
        ],
        VolumeMounts =
        [
            new V1VolumeMount { Name = FilesVolume, MountPath = "/files" },
            new V1VolumeMount { Name = ControlVolume, MountPath = "/control" },
            new V1VolumeMount { Name = BootstrapVolume, MountPath = "/bootstrap", ReadOnlyProperty = true },
        ],
        Resources = Resources(("50m", "64Mi", "16Mi"), ("1", "512Mi", "256Mi")),
        SecurityContext = Restricted(readOnlyRoot: true),
    };

    /// <summary>What Pod Security's restricted profile asks of a container.</summary>
    private static V1SecurityContext Restricted(bool readOnlyRoot) => new()
    {
        AllowPrivilegeEscalation = false,
        Capabilities = new V1Capabilities { Drop = ["ALL"] },
        Privileged = false,
        ReadOnlyRootFilesystem = readOnlyRoot,
        RunAsNonRoot = true,
        RunAsUser = SessionPods.User,
        RunAsGroup = SessionPods.User,
        SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
    };

    private static V1ResourceRequirements Resources((string Cpu, string Memory, string Disk) requests, (string Cpu, string Memory, string Disk) limits) =>
        new() { Requests = Quantities(requests), Limits = Quantities(limits) };

    private static Dictionary<string, ResourceQuantity> Quantities((string Cpu, string Memory, string Disk) amounts) => new()
    {
        ["cpu"] = new ResourceQuantity(amounts.Cpu),
        ["memory"] = new ResourceQuantity(amounts.Memory),
        ["ephemeral-storage"] = new ResourceQuantity(amounts.Disk),
    };

    public static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes >> 20)}Mi");

    private static V1EnvVar Variable(string name, string value) => new() { Name = name, Value = value };
}

/// <summary>What a session's pod is built from.</summary>
/// <param name="Session">The session.</param>
/// <param name="RunnerImage">Image of restore, saver and save.</param>
/// <param name="SessionImage">Image of users' programs; null where no pod is built.</param>
/// <param name="CoreKey">Core's public key.</param>
/// <param name="QuotaBytes">Most bytes that the REPL may hold.</param>
/// <param name="Options">The options.</param>
internal sealed record PodInputs(
    RuntimeSession Session, string RunnerImage, string? SessionImage, string CoreKey, long QuotaBytes, KubernetesOptions Options);
