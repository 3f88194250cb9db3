using Devex.Core.Snapshots;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Devex.Core.Imports;

internal static class ImportsFeature
{
    /// <summary>REPLs from archives. To be added after what keeps files.</summary>
    public static IHostApplicationBuilder AddImports(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ImportOptions>().BindConfiguration("Imports");
        services.AddOptions<SpaceLimits>().BindConfiguration("Limits");
        services.TryAddSingleton<ISpaceUse, NoSpaceUse>();
        services.TryAddSingleton<SpaceAllowance>();
        services.AddSingleton<Importer>();
        services.AddSingleton<ImportQueue>();
        return builder;
    }

    public static IEndpointRouteBuilder MapImports(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapImportEndpoints();
        return endpoints;
    }
}
