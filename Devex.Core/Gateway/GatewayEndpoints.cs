using System.Globalization;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Keys;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Gateway;

/// <summary>What the Gateway asks, and the codes that lead users to it.</summary>
internal static class GatewayEndpoints
{
    public static void MapGatewayEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var gateway = endpoints.MapGroup("/internal/gateway").WithTags("Gateway").ProducesProblem(StatusCodes.Status401Unauthorized);
        gateway.MapGet("/sessions/{replId}", LocateAsync).WithName("LocateSession").WithSummary("Where a session's serve listens.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        gateway.MapPost("/previews", RedeemAsync).WithName("RedeemPreviewCode").WithSummary("Exchanges a one-use code for a preview cookie.")
            .ProducesProblem(StatusCodes.Status403Forbidden);
        gateway.MapGet("/keys", (CoreKeys keys) => TypedResults.Ok(new PublicKeys([keys.TicketPublicKey])))
            .WithName("GetKeys").WithSummary("Core's public keys, newest first.");
    }

    public static void MapPreviewCodes(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/api/repls/{id}/previews/{port}/codes", IssueAsync).WithName("CreatePreviewCode").WithTags("REPLs")
            .WithSummary("An entrance to the preview of one port: one use within 60 s, by a form posted to the preview's host.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Ok<SessionLocation>> LocateAsync(ReplId replId, ISessions sessions, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sessions.LocateAsync(replId, cancellationToken)
            ?? throw new ApiProblem(StatusCodes.Status404NotFound, "session.none", "No session of this REPL runs."));

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

    private static async Task<Ok<PreviewCode>> IssueAsync(
        ReplId id, string port, HttpContext context, ReplStore store, PreviewCodes codes, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var number = ParsePort(port);
        var record = await store.OpenAsync(caller, id, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await codes.IssueAsync(record.Id, number, caller.User.Id));
    }

    /// <summary>As in host names: ASCII digits without a leading zero, 1 to 65535.</summary>
    private static int ParsePort(string text) =>
        text is { Length: > 0 } && text[0] != '0' && text.All(char.IsAsciiDigit)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port
            : throw ApiProblem.Invalid("port", "preview.port", "A port is a number from 1 to 65535.");
}
