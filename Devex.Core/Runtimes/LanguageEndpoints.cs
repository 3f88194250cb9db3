using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Templates;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Runtimes;

internal static class LanguageEndpoints
{
    public static IEndpointRouteBuilder MapLanguages(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/repls/{id}/languages/{package}", FetchAsync).WithName("FetchLanguage").WithTags("REPLs")
            .WithSummary("Fetches a set of language servers that the template declares. Idempotent: asked again it tells how far that is.")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        return endpoints;
    }

    private static async Task<Ok<LanguageFetch>> FetchAsync(
        ReplId id, string package, HttpContext context, ReplStore store, ISessions sessions, ITemplates templates, CancellationToken cancellationToken)
    {
        var record = await store.OpenAsync(context.Caller(), id, cancellationToken);
        if (templates.Find(record.Template)?.LanguageServers.Any(server => server.Package == package) != true)
            throw new ApiProblem(StatusCodes.Status404NotFound, "language.unknown", "This REPL's template declares no such set of language servers.");
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(sessions.FetchLanguage(package));
    }
}
