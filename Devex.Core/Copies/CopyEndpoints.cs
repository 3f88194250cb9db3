using System.Security.Claims;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Tokens;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.History;
using Devex.Core.Imports;
using Devex.Core.Keys;
using Devex.Core.Repls;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Copies;

/// <summary>Copies by link: the owner consents when making it, whoever opens it consents on a page before anything is made.</summary>
internal static class CopyEndpoints
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    public static void MapCopyEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var repl = endpoints.MapGroup("/api/repls/{id}/copy").WithTags("Copies").ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        repl.MapGet("/", PreviewAsync).WithName("PreviewCopy").WithSummary("What a copy of the newest restore point would give away, with files that look like secrets.");
        repl.MapPost("/", LinkAsync).WithName("CreateCopyLink").WithSummary("A link by which others copy the workspace as it is now; it ends after a day.");
        var copy = endpoints.MapGroup("/api/copies/{code}").WithTags("Copies").ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        copy.MapGet("/", OfferAsync).WithName("GetCopyOffer").WithSummary("What the link offers. Changes nothing.");
        copy.MapPost("/", AcceptAsync).WithName("AcceptCopy").WithSummary("Makes a REPL of the reader's with the files that the link offers.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<Ok<CopyOffer>> PreviewAsync(
        ReplId id, HttpContext context, ReplStore store, RestorePoints points, Copier copier, HistoryQueue queue, CancellationToken cancellationToken)
    {
        var (repl, _, point) = await HistoryEndpoints.OpenAsync(context, store, points, id, RestorePoints.HeadId, cancellationToken);
        using var turn = await queue.EnterAsync(context.Caller().User.Id, cancellationToken);
        return TypedResults.Ok(await copier.OfferAsync(repl, point, cancellationToken));
    }

    private static async Task<Ok<CopyLink>> LinkAsync(
        ReplId id, HttpContext context, ReplStore store, RestorePoints points, TokenSigner signer, TimeProvider time, CancellationToken cancellationToken)
    {
        var (repl, _, point) = await HistoryEndpoints.OpenAsync(context, store, points, id, RestorePoints.HeadId, cancellationToken);
        var expiresAt = time.GetUtcNow() + Lifetime;
        var code = signer.Sign(Audiences.Copy, Lifetime, new Dictionary<string, object>
        {
            ["repl"] = repl.Id.ToString(),
            ["owner"] = repl.Owner.ToString(),
            ["point"] = point.Id,
        });
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new CopyLink(code, expiresAt));
    }

    private static async Task<Ok<CopyOffer>> OfferAsync(
        string code, HttpContext context, TokenSigner signer, ReplRecords records, RestorePoints points, Copier copier, HistoryQueue queue, CancellationToken cancellationToken)
    {
        var (repl, point) = await OpenAsync(code, signer, records, points, cancellationToken);
        using var turn = await queue.EnterAsync(context.Caller().User.Id, cancellationToken);
        return TypedResults.Ok(await copier.OfferAsync(repl, point, cancellationToken));
    }

    private static async Task<Created<Repl>> AcceptAsync(
        string code, AcceptCopy? request, HttpContext context, TokenSigner signer, ReplRecords records, RestorePoints points, Copier copier, ReplMaker maker,
        ImportQueue queue, ReplViews views, CancellationToken cancellationToken)
    {
        var owner = context.Caller().User.Id;
        var name = ReplFields.Name(request?.Name);
        var (repl, point) = await OpenAsync(code, signer, records, points, cancellationToken);
        using var turn = await queue.EnterAsync(owner, cancellationToken);
        var record = await maker.MakeAsync(
            owner, repl.Template, name, repl.Name, repl.RunCommand, (id, token) => copier.CopyAsync(repl, point, owner, id, token), cancellationToken);
        return TypedResults.Created($"/api/repls/{record.Id}", await views.ViewAsync(record, owner, cancellationToken));
    }

    /// <summary>What a link leads to, while it is good, the REPL is not deleted, and still its owner's.</summary>
    private static async Task<(ReplRecord Repl, OpenedPoint Point)> OpenAsync(
        string code, TokenSigner signer, ReplRecords records, RestorePoints points, CancellationToken cancellationToken)
    {
        if (await signer.VerifyAsync(code, Audiences.Copy) is not { } claims
            || !ReplId.TryParse(Value(claims, "repl"), out var id) || Value(claims, "point") is not { } point
            || await records.FindAsync(id, cancellationToken) is not { DeletedAt: null } repl || repl.Owner.ToString() != Value(claims, "owner"))
        {
            throw new ApiProblem(StatusCodes.Status404NotFound, "copy.notFound", "This link has ended, or what it led to is gone. Ask its owner for another.");
        }
        return (repl, await points.OpenAsync(repl.Owner, repl.Id, point, cancellationToken));
    }

    private static string? Value(ClaimsIdentity claims, string name) => claims.FindFirst(name)?.Value;
}
