using Devex.Contracts.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Templates;

internal static class TemplateEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/templates").WithTags("Templates");
        group.MapGet("", List).WithName("ListTemplates").WithSummary("Templates in the order of the gallery.");
        group.MapGet("/{key}/icon", Icon).WithName("GetTemplateIcon").WithSummary("A template's logo, an SVG.");
    }

    private static Ok<TemplateList> List(ITemplates templates, IConfiguration configuration)
    {
        // In a cluster the session image brings the tools.
        var here = configuration["Runtime:Kind"] is null or "Process";
        var path = Environment.GetEnvironmentVariable("PATH");
        return TypedResults.Ok(new TemplateList(
        [
            .. templates.All.Select(template => new Template(
                template.Key, template.Name, template.Description, $"/api/templates/{template.Key}/icon", template.RunCommand, template.DefaultFile,
                template.Tags, here ? InstalledTools.Missing(template.Tools, path) : [])),
        ]));
    }

    private static Results<PhysicalFileHttpResult, NotFound> Icon(string key, ITemplates templates, HttpContext context)
    {
        if (templates.Find(key) is not { } template)
            return TypedResults.NotFound();
        // Opened by itself an SVG is a page that could run scripts.
        context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "private, max-age=3600";
        return TypedResults.PhysicalFile(Path.Combine(template.Folder, template.Icon), "image/svg+xml");
    }
}
