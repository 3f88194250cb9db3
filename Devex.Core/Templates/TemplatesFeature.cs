namespace Devex.Core.Templates;

internal static class TemplatesFeature
{
    public static IHostApplicationBuilder AddTemplates(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TemplateOptions>().BindConfiguration("Templates");
        builder.Services.AddSingleton<ITemplates, TemplateCatalogue>();
        builder.Services.AddSingleton<TemplateSnapshots>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TemplateSnapshots>());
        return builder;
    }

    public static IEndpointRouteBuilder MapTemplates(this IEndpointRouteBuilder endpoints)
    {
        TemplateEndpoints.Map(endpoints);
        return endpoints;
    }
}
