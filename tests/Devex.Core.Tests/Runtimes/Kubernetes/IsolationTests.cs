using Devex.Core.Runtimes.Kubernetes.Objects;
using k8s;
using k8s.Models;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>What users' code in a pod can and cannot do, read from the objects that are generated.</summary>
public sealed class IsolationTests
{
    private static readonly PodInputs[] Both = [Samples.Least, Samples.Everything];

    [Fact]
    public void Every_pod_with_every_ephemeral_container_is_within_the_restricted_profile() => Assert.All(Both, inputs => Assert.Empty(
        RestrictedProfile.Violations(SessionPods.Template(inputs).Spec, SessionContainers.Save(inputs, "att3mpt001"), SessionContainers.End(inputs, "0"))));

    [Fact]
    public void The_evaluator_finds_what_is_spoiled()
    {
        Spoil(pod => pod.HostNetwork = true, "host namespaces");
        Spoil(pod => pod.Volumes.Add(new V1Volume { Name = "host", HostPath = new V1HostPathVolumeSource { Path = "/" } }), "volume host: HostPath");
        Spoil(pod => pod.Containers[0].SecurityContext.AllowPrivilegeEscalation = null, "runner: allowPrivilegeEscalation");
        Spoil(pod => pod.Containers[0].SecurityContext.Capabilities.Add = ["SYS_ADMIN"], "runner: adds capabilities");
        Spoil(pod => pod.InitContainers[0].SecurityContext.Capabilities.Drop = ["NET_RAW"], "restore: does not drop ALL");
        Spoil(pod => pod.Containers[1].SecurityContext.RunAsUser = 0, "saver: runAsUser 0");
        Spoil(pod => (pod.SecurityContext.SeccompProfile, pod.Containers[0].SecurityContext.SeccompProfile) = (null, null), "runner: seccomp");

        static void Spoil(Action<V1PodSpec> change, string finding)
        {
            var pod = KubernetesJson.Deserialize<V1PodSpec>(KubernetesJson.Serialize(SessionPods.Template(Samples.Least).Spec));
            change(pod);
            Assert.Contains(finding, RestrictedProfile.Violations(pod));
        }
    }

    [Fact]
    public void No_credential_of_the_cluster_or_of_S3_is_in_a_pod() => Assert.All(Both, inputs =>
    {
        var pod = SessionPods.Template(inputs).Spec;
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(pod.EnableServiceLinks);
        Assert.All(pod.InitContainers.Concat(pod.Containers), container => Assert.DoesNotContain(container.Env, variable =>
            variable.Name.Contains("S3", StringComparison.OrdinalIgnoreCase) || variable.Name.Contains("AWS", StringComparison.OrdinalIgnoreCase) || variable.ValueFrom?.SecretKeyRef is not null));
    });

    [Fact]
    public void The_container_of_users_programs_sees_neither_token_nor_control_folder() => Assert.All(Both, inputs =>
    {
        var runner = SessionContainers.RunnerContainer(inputs);
        Assert.All(runner.VolumeMounts, mount => Assert.Equal((SessionContainers.FilesVolume, true), (mount.Name, mount.SubPath is "workspace" or "home" or "journal")));
        Assert.Null(runner.EnvFrom);
    });

    [Fact]
    public void Every_container_has_requests_and_limits_of_cpu_memory_and_disk() => Assert.All(Both, inputs =>
        Assert.All(SessionPods.Template(inputs).Spec is var pod ? pod.InitContainers.Concat(pod.Containers) : [], container =>
        {
            Assert.Equal(["cpu", "ephemeral-storage", "memory"], container.Resources.Requests.Keys.Order());
            Assert.Equal(["cpu", "ephemeral-storage", "memory"], container.Resources.Limits.Keys.Order());
        }));

    [Fact]
    public void Images_are_pulled_only_when_absent_and_a_pod_is_never_evicted_for_its_nodes_silence()
    {
        var pod = SessionPods.Template(Samples.Least).Spec;
        Assert.All(pod.InitContainers.Concat(pod.Containers), container => Assert.Equal("IfNotPresent", container.ImagePullPolicy));
        Assert.All(pod.Tolerations, toleration => Assert.Null(toleration.TolerationSeconds));
        Assert.Equal(["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"], pod.Tolerations.Select(toleration => toleration.Key));
    }
}
