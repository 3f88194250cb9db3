namespace Devex.Core.Copies;

internal static class CopiesFeature
{
    /// <summary>Copies of REPLs to other users.</summary>
    public static IHostApplicationBuilder AddCopies(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Copier>();
        return builder;
    }

    public static IEndpointRouteBuilder MapCopies(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapCopyEndpoints();
        return endpoints;
    }
}
