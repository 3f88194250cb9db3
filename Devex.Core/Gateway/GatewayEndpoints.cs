using Devex.Contracts;
using Devex.Contracts.Gateway;
using Devex.Core.Errors;
using Devex.Core.Keys;
using Devex.Core.Previews;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Gateway;

/// <summary>What the Gateway asks of sessions; what it asks of previews is with them.</summary>
internal static class GatewayEndpoints
{
    public static IEndpointRouteBuilder MapGateway(this IEndpointRouteBuilder endpoints)
    {
        var gateway = endpoints.MapGroup("/internal/gateway").WithTags("Gateway").ProducesProblem(StatusCodes.Status401Unauthorized);
        gateway.MapGet("/sessions/{replId}", LocateAsync).WithName("LocateSession").WithSummary("Where a session's serve listens, and who may see its previews.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        gateway.MapGet("/keys", (CoreKeys keys) => TypedResults.Ok(new PublicKeys([keys.TicketPublicKey])))
            .WithName("GetKeys").WithSummary("Core's public keys, newest first.");
        return endpoints;
    }

    private static async Task<Ok<SessionLocation>> LocateAsync(
        ReplId replId, ISessions sessions, ReplRecords records, PreviewLinks links, CancellationToken cancellationToken)
    {
        var location = await sessions.LocateAsync(replId, cancellationToken)
            ?? throw new ApiProblem(StatusCodes.Status404NotFound, "session.none", "No session of this REPL runs.");
        return TypedResults.Ok(await links.AdmitAsync(location, await records.FindAsync(replId, cancellationToken), cancellationToken));
    }
}
