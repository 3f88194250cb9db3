namespace Devex.Core.Templates;

internal static class TemplatesFeature
{
    public static IHostApplicationBuilder AddTemplates(this IHostApplicationBuilder builder)
    {
        return builder;
    }

    public static IEndpointRouteBuilder MapTemplates(this IEndpointRouteBuilder endpoints)
    {
        return endpoints;
    }
}
