namespace Devex.Core.Previews;

internal static class PreviewsFeature
{
    public static IHostApplicationBuilder AddPreviews(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PreviewCookies>();
        builder.Services.AddSingleton<PreviewCodes>();
        builder.Services.AddSingleton<PreviewLinks>();
        return builder;
    }

    public static IEndpointRouteBuilder MapPreviews(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPreviewCodes();
        endpoints.MapPreviewLinks();
        return endpoints;
    }
}
