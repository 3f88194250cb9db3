using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Snapshots;
using k8s;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Kubernetes;

internal static class KubernetesRuntimeFeature
{
    public static IServiceCollection AddKubernetesRuntime(this IServiceCollection services)
    {
        services.AddOptions<KubernetesOptions>().BindConfiguration("Runtime:Kubernetes").ValidateOnStart();
        services.AddSingleton<IConfigureOptions<KubernetesOptions>, KubernetesOptionsBinding>();
        services.AddSingleton<IValidateOptions<KubernetesOptions>, KubernetesOptionsBinding>();
        services.AddSingleton(provider => new k8s.Kubernetes(Configuration(provider.GetRequiredService<IOptions<KubernetesOptions>>().Value)));
        services.AddSingleton(provider => new Resources(provider.GetRequiredService<IOptions<KubernetesOptions>>().Value.Namespace));
        services.AddMetrics();
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton<KubernetesApi>();
        services.AddSingleton<Cluster>();
        services.AddSingleton<SessionMaker>();
        services.AddSingleton<SessionRemover>();
        services.AddSingleton<PodSaves>();
        services.AddSingleton<SilentNodes>();
        services.AddSingleton<ServeDial>();
        services.AddSingleton<IWriterGrants, PodGrants>();
        return services.AddSingleton<IReplRuntime, KubernetesRuntime>();
    }

    private static KubernetesClientConfiguration Configuration(KubernetesOptions options) => options.Kubeconfig is { } path
        ? KubernetesClientConfiguration.BuildConfigFromConfigFile(path)
        : KubernetesClientConfiguration.BuildDefaultConfig();
}
