namespace Devex.Core.Gateway;

internal static class GatewayFeature
{
    public static IHostApplicationBuilder AddGateway(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PreviewCodes>();
        return builder;
    }

    public static IEndpointRouteBuilder MapGateway(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGatewayEndpoints();
        endpoints.MapPreviewCodes();
        return endpoints;
    }
}
