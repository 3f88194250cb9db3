using Devex.Core.Runtimes.Kubernetes;
using Devex.Core.Runtimes.Process;

namespace Devex.Core.Runtimes;

internal static class RuntimesFeature
{
    /// <summary>Where sessions run, by <c>Runtime:Kind</c>.</summary>
    public static IHostApplicationBuilder AddRuntimes(this IHostApplicationBuilder builder)
    {
        var kind = builder.Configuration["Runtime:Kind"] ?? "Process";
        builder.Services.AddSingleton<CoreAddress>();
        _ = kind.ToUpperInvariant() switch
        {
            "PROCESS" => builder.Services.AddProcessRuntime(),
            "KUBERNETES" => builder.Services.AddKubernetesRuntime(),
            _ => throw new InvalidOperationException($"Runtime:Kind is '{kind}'; known are Process and Kubernetes."),
        };
        return builder;
    }

    public static IEndpointRouteBuilder MapRuntimes(this IEndpointRouteBuilder endpoints) => endpoints;
}
