using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Events;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.ServiceDefaults.Hosts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Devex.Core.Previews;

/// <summary>Ports that are open by link. Who gets into a REPL is for its owner to say, of its previews as of itself; members see what is open with the REPL.</summary>
internal static class PreviewLinkEndpoints
{
    public static void MapPreviewLinks(this IEndpointRouteBuilder endpoints)
    {
        var link = endpoints.MapGroup("/api/repls/{id}/previews/{port}/link").WithTags("Sharing")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        link.MapGet("", ReadAsync).WithName("ReadPreviewLink").WithSummary("The link by which whoever has it sees the preview of this port.");
        link.MapPut("", OpenAsync).WithName("OpenPreview")
            .WithSummary("Opens this port's preview to whoever has its new link, without an account; a link that there was ends.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        link.MapDelete("", CloseAsync).WithName("ClosePreview").WithSummary("Makes this port's preview private, at once for those who look at it too. Idempotent.");
        endpoints.MapPost("/internal/gateway/previews/links", RedeemAsync).WithName("RedeemPreviewLink").WithTags("Gateway")
            .WithSummary("Exchanges a link's secret for a preview cookie.")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static async Task<Ok<PreviewLinkAddress>> ReadAsync(
        ReplId id, string port, HttpContext context, ReplStore store, PreviewLinks links, IOptions<HostsOptions> hosts, CancellationToken cancellationToken)
    {
        var number = PreviewPort.Parse(port);
        var record = await store.OpenAsync(context.Caller(), id, cancellationToken);
        return Address(context, id, links.Find(record, number) ?? throw Private(), links, hosts.Value);
    }

    private static async Task<Ok<PreviewLinkAddress>> OpenAsync(
        ReplId id, string port, OpenPreview request, HttpContext context, ReplStore store, PreviewLinks links, IOptions<HostsOptions> hosts,
        ILocationEvents locations, IReplEvents events, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var number = PreviewPort.Parse(port);
        var record = await store.OpenAsync(caller, id, cancellationToken);
        var link = links.New(id, number, request.Days);
        await TellAsync(await store.UpdateAsync(caller, record, old => PreviewLinks.With(old, link), cancellationToken), locations, events);
        return Address(context, id, link, links, hosts.Value);
    }

    private static async Task<NoContent> CloseAsync(
        ReplId id, string port, HttpContext context, ReplStore store, ILocationEvents locations, IReplEvents events, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var number = PreviewPort.Parse(port);
        var record = await store.OpenAsync(caller, id, cancellationToken);
        await TellAsync(await store.UpdateAsync(caller, record, old => PreviewLinks.Without(old, number), cancellationToken), locations, events);
        return TypedResults.NoContent();
    }

    /// <summary>One answer for secrets that are wrong, expired and revoked, and for REPLs that are not there.</summary>
    private static async Task<Ok<PreviewSignIn>> RedeemAsync(
        RedeemPreviewLink request, PreviewLinks links, PreviewCookies cookies, ReplRecords records, CancellationToken cancellationToken) =>
        await records.FindAsync(request.ReplId, cancellationToken) is { } record && links.Find(record, request.Port, request.Secret) is { } link
            ? TypedResults.Ok(cookies.Of(link, request.ReplId))
            : throw ApiProblem.Forbidden("preview.link", "The link is unknown, ended, or for another preview.");

    /// <summary>The gateways first: who may not see it any more is cut off there. What is written counts, even when the one who asked has gone.</summary>
    private static async Task TellAsync(ReplRecord changed, ILocationEvents locations, IReplEvents events)
    {
        await locations.ChangedAsync(changed.Id, CancellationToken.None);
        await events.ChangedAsync(changed.Owner, changed.Id, CancellationToken.None);
    }

    private static Ok<PreviewLinkAddress> Address(HttpContext context, ReplId id, PreviewLinkRecord link, PreviewLinks links, HostsOptions hosts)
    {
        // One that another key sealed opens nothing, and so the port is private.
        var secret = links.Secret(id, link) ?? throw Private();
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new PreviewLinkAddress(PreviewLinks.View(link), $"{hosts.PreviewOrigin(id.ToString(), link.Port)}/.devex/link#{secret}"));
    }

    private static ApiProblem Private() => new(StatusCodes.Status404NotFound, "preview.private", "The preview of this port is private.");
}
