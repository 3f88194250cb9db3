using System.Security.Cryptography;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Identity;
using Devex.Core.Repls;
using Devex.ServiceDefaults.Hosts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Devex.Core.Sharing;

/// <summary>Members of a REPL, and links by which people become members.</summary>
internal static class SharingEndpoints
{
    private const int MaxLinks = 20;
    private const int DefaultDays = 7;
    private const int MaxDays = 90;

    public static IEndpointRouteBuilder MapSharing(this IEndpointRouteBuilder endpoints)
    {
        var repl = endpoints.MapGroup("/api/repls/{id}").WithTags("Sharing")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        repl.MapGet("/members", MembersAsync).WithName("ListMembers").WithSummary("Who has access to the REPL.");
        repl.MapPut("/members/{userId}", SetMemberAsync).WithName("SetMember").WithSummary("Gives a person a role, at once in what they have open too.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        repl.MapDelete("/members/{userId}", RemoveMemberAsync).WithName("RemoveMember").WithSummary("Takes a person's access away; what they have open closes at once.")
            .ProducesProblem(StatusCodes.Status403Forbidden);
        repl.MapDelete("/membership", LeaveAsync).WithName("LeaveRepl").WithSummary("Gives up the reader's own access to somebody else's REPL.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        repl.MapGet("/links", LinksAsync).WithName("ListShareLinks").WithSummary("Share links that have not been revoked, without their codes.")
            .ProducesProblem(StatusCodes.Status403Forbidden);
        repl.MapPost("/links", CreateLinkAsync).WithName("CreateShareLink").WithSummary("Makes a share link; its address is in this answer only.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        repl.MapDelete("/links/{linkId}", RevokeLinkAsync).WithName("RevokeShareLink").WithSummary("Ends a link at once; who came in by it stays a member.")
            .ProducesProblem(StatusCodes.Status403Forbidden);

        var share = endpoints.MapGroup("/api/share").WithTags("Sharing")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        share.MapPost("/offer", OfferAsync).WithName("ReadShareOffer").WithSummary("What a link would give, for the page that asks for consent. Changes nothing.");
        share.MapPost("/redeem", RedeemAsync).WithName("RedeemShareLink").WithSummary("Makes the reader a member. To be sent only after they consented.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        return endpoints;
    }

    private static async Task<Ok<MemberList>> MembersAsync(ReplId id, HttpContext context, ReplStore store, UserDirectory users, CancellationToken cancellationToken)
    {
        var record = await store.OpenAsync(context.Caller(), id, cancellationToken);
        return TypedResults.Ok(new MemberList(
            await users.SummaryAsync(record.Owner, cancellationToken),
            await Task.WhenAll(record.Members.Select(async member => new Member(await users.SummaryAsync(UserId.Parse(member.Key), cancellationToken), member.Value)))));
    }

    private static async Task<Ok<Member>> SetMemberAsync(
        ReplId id, UserId userId, SetMember request, HttpContext context, ReplStore store, ReplLife life, UserDirectory users, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var record = await store.OpenAsync(caller, id, cancellationToken);
        var role = ReplMembers.Role(request.Role);
        await life.ShareAsync(caller, record, old => ReplMembers.With(old, userId, role), cancellationToken);
        return TypedResults.Ok(new Member(await users.SummaryAsync(userId, cancellationToken), role));
    }

    private static async Task<NoContent> RemoveMemberAsync(
        ReplId id, UserId userId, HttpContext context, ReplStore store, ReplLife life, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        await life.ShareAsync(caller, await store.OpenAsync(caller, id, cancellationToken), record => ReplMembers.Without(record, userId), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> LeaveAsync(ReplId id, HttpContext context, ReplStore store, ReplLife life, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var record = await store.OpenAsync(caller, id, cancellationToken);
        if (record.Owner == caller.User.Id)
            throw ApiProblem.Conflict("member.owner", "You own this REPL. Delete it instead.");
        await life.ShareAsync(caller, record, old => ReplMembers.Without(old, caller.User.Id), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ShareLinkList>> LinksAsync(ReplId id, HttpContext context, ReplStore store, CancellationToken cancellationToken)
    {
        var record = await store.OpenAsync(context.Caller(), id, cancellationToken);
        return TypedResults.Ok(new ShareLinkList([.. record.Links.OrderByDescending(link => link.CreatedAt).Select(View)]));
    }

    private static async Task<Created<NewShareLink>> CreateLinkAsync(
        ReplId id, CreateShareLink request, HttpContext context, ReplStore store, IOptions<HostsOptions> hosts, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var repl = await store.OpenAsync(caller, id, cancellationToken);
        var role = ReplMembers.Role(request.Role);
        var days = request.Days ?? DefaultDays;
        if (days is < 1 or > MaxDays)
            throw ApiProblem.Invalid("days", "share.days", $"A link lives 1 to {MaxDays} days.");
        var code = ShareLinks.NewCode(id);
        var now = time.GetUtcNow();
        var link = new ShareLinkRecord(RandomNumberGenerator.GetHexString(12, lowercase: true), ShareLinks.Hash(code), role, now, now + TimeSpan.FromDays(days));
        await store.UpdateAsync(
            caller, repl,
            record =>
            {
                ShareLinkRecord[] alive = [.. record.Links.Where(other => other.ExpiresAt > now)];
                return alive.Length < MaxLinks
                    ? record with { Links = [.. alive, link] }
                    : throw ApiProblem.Conflict("share.limit", $"There are {MaxLinks} links, the most a REPL may have. Revoke one first.");
            },
            cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/repls/{id}/links/{link.Id}", new NewShareLink(View(link), $"{hosts.Value.WebOrigin}/join#{code}"));
    }

    private static async Task<NoContent> RevokeLinkAsync(
        ReplId id, string linkId, HttpContext context, ReplStore store, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        await store.UpdateAsync(
            caller, await store.OpenAsync(caller, id, cancellationToken),
            record => record.Links.Any(link => link.Id == linkId)
                ? record with { Links = [.. record.Links.Where(link => link.Id != linkId)] }
                : throw new ApiProblem(StatusCodes.Status404NotFound, "share.notFound", "There is no such link."),
            cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ShareOffer>> OfferAsync(
        ShareCode request, HttpContext context, ReplStore store, UserDirectory users, CancellationToken cancellationToken)
    {
        var (record, link) = await store.OfferAsync(request.Code ?? "", cancellationToken);
        return TypedResults.Ok(new ShareOffer(
            record.Id, record.Name, await users.SummaryAsync(record.Owner, cancellationToken), link.Role,
            ReplStore.RoleOf(context.Caller().User.Id, record), link.ExpiresAt));
    }

    private static async Task<Ok<Repl>> RedeemAsync(
        ShareCode request, HttpContext context, ReplStore store, ReplLife life, ReplViews views, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var record = await store.JoinAsync(caller, request.Code ?? "", cancellationToken);
        await life.SharedAsync(record);
        return TypedResults.Ok(await views.ViewAsync(record, caller.User.Id, cancellationToken));
    }

    private static ShareLink View(ShareLinkRecord link) => new(link.Id, link.Role, link.CreatedAt, link.ExpiresAt);
}
