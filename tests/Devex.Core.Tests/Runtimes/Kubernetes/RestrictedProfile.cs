using k8s.Models;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>
/// Pod Security's "restricted" profile as Kubernetes documents it (Pod Security Standards, baseline included), over a pod and its ephemeral containers: each violation in words.
/// </summary>
internal static class RestrictedProfile
{
    private static readonly string[] Volumes = ["ConfigMap", "Csi", "DownwardAPI", "EmptyDir", "Ephemeral", "PersistentVolumeClaim", "Projected", "Secret"];

    public static IReadOnlyList<string> Violations(V1PodSpec pod, params V1EphemeralContainer[] ephemeral) =>
    [
        .. Pod(pod),
        .. (pod.InitContainers ?? []).Concat(pod.Containers).SelectMany(item => Container(item.Name, item.SecurityContext, item.Ports, pod.SecurityContext)),
        .. ephemeral.SelectMany(item => Container(item.Name, item.SecurityContext, item.Ports, pod.SecurityContext)),
    ];

    private static IEnumerable<string> Pod(V1PodSpec pod)
    {
        if (pod.HostNetwork == true || pod.HostPID == true || pod.HostIPC == true)
            yield return "host namespaces";
        if (pod.SecurityContext?.Sysctls is { Count: > 0 })
            yield return "sysctls";
        if (pod.SecurityContext?.RunAsUser == 0)
            yield return "pod: runAsUser 0";
        if (pod.SecurityContext?.SeLinuxOptions is { User: not null } or { Role: not null })
            yield return "pod: SELinux user or role";
        foreach (var volume in pod.Volumes ?? [])
        {
            var kinds = typeof(V1Volume).GetProperties().Where(property => property.Name != nameof(V1Volume.Name) && property.GetValue(volume) is not null).Select(property => property.Name);
            foreach (var kind in kinds.Except(Volumes))
                yield return $"volume {volume.Name}: {kind}";
        }
    }

    private static IEnumerable<string> Container(string name, V1SecurityContext? own, IList<V1ContainerPort>? ports, V1PodSecurityContext? pod)
    {
        if (own?.Privileged == true)
            yield return $"{name}: privileged";
        if (own?.AllowPrivilegeEscalation != false)
            yield return $"{name}: allowPrivilegeEscalation";
        if (own?.Capabilities?.Drop?.Contains("ALL") != true)
            yield return $"{name}: does not drop ALL";
        if (own?.Capabilities?.Add?.Any(added => added != "NET_BIND_SERVICE") == true)
            yield return $"{name}: adds capabilities";
        if ((own?.RunAsNonRoot ?? pod?.RunAsNonRoot) != true)
            yield return $"{name}: runAsNonRoot";
        if (own?.RunAsUser == 0)
            yield return $"{name}: runAsUser 0";
        if ((own?.SeccompProfile ?? pod?.SeccompProfile)?.Type is not ("RuntimeDefault" or "Localhost"))
            yield return $"{name}: seccomp";
        if (own?.ProcMount is not (null or "Default"))
            yield return $"{name}: procMount";
        if (ports?.Any(port => port.HostPort is > 0) == true)
            yield return $"{name}: host port";
    }
}
