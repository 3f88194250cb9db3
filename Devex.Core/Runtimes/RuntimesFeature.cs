using Devex.Core.Runtimes.Process;

namespace Devex.Core.Runtimes;

internal static class RuntimesFeature
{
    /// <summary>Where sessions run, by <c>Runtime:Kind</c>.</summary>
    public static IHostApplicationBuilder AddRuntimes(this IHostApplicationBuilder builder)
    {
        var kind = builder.Configuration["Runtime:Kind"] ?? "Process";
        builder.Services.AddSingleton<CoreAddress>();
        if (!kind.Equals("Process", StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"Runtime:Kind is '{kind}'; known is Process.");
        builder.Services.AddProcessRuntime();
        return builder;
    }

    public static IEndpointRouteBuilder MapRuntimes(this IEndpointRouteBuilder endpoints) => endpoints;
}
