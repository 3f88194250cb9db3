using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Repls;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Previews;

/// <summary>The codes that lead members into private previews.</summary>
internal static class PreviewCodeEndpoints
{
    public static void MapPreviewCodes(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/repls/{id}/previews/{port}/codes", IssueAsync).WithName("CreatePreviewCode").WithTags("REPLs")
            .WithSummary("An entrance to the preview of one port: one use within 60 s, by a form posted to the preview's host.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        endpoints.MapPost("/internal/gateway/previews", RedeemAsync).WithName("RedeemPreviewCode").WithTags("Gateway")
            .WithSummary("Exchanges a one-use code for a preview cookie.")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static async Task<Ok<PreviewCode>> IssueAsync(
        ReplId id, string port, HttpContext context, ReplStore store, PreviewCodes codes, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var number = PreviewPort.Parse(port);
        var record = await store.OpenAsync(caller, id, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await codes.IssueAsync(record.Id, number, caller.User.Id));
    }

    /// <summary>Access is checked once more: it may have ended since the code was made.</summary>
    private static async Task<Ok<PreviewSignIn>> RedeemAsync(
        RedeemPreviewCode request, PreviewCodes codes, ReplRecords records, CancellationToken cancellationToken)
    {
        if (await codes.RedeemAsync(request) is not var (grant, signIn)
            || await records.FindAsync(grant.ReplId, cancellationToken) is not { DeletedAt: null } record
            || ReplStore.RoleOf(grant.User, record) is null)
        {
            throw ApiProblem.Forbidden("preview.code", "The code is unknown, used, expired, or for another preview.");
        }
        return TypedResults.Ok(signIn);
    }
}
