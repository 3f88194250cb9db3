using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts.Snapshots;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;
using Devex.Snapshots;
using Devex.Snapshots.Pages;

namespace Devex.Core.Snapshots;

/// <summary>What restore, saver and save ask of Core. Everything they send may be forged by the session's owner.</summary>
internal static class SessionListener
{
    private const int MaxBodyBytes = 8 * 1024 * 1024;
    private const int MaxObjects = 256;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // Sessions have tokens of their own, checked by each handler; they are no users.
        var group = endpoints.MapGroup("/internal/sessions/{replId}").AllowAnonymous().ExcludeFromDescription();
        group.MapPost("/claims", ClaimAsync);
        group.MapPost("/downloads", DownloadsAsync);
        group.MapPost("/uploads", UploadsAsync);
        group.MapPost("/commits", CommitAsync);
        group.MapPost("/rescues", RescueAsync);
        group.MapPost("/progress", ProgressAsync);
        group.MapGet("/root", RootAsync);
    }

    private static async Task<IResult> ClaimAsync(HttpContext context, TokenSigner signer, Claims claims, CancellationToken cancellationToken)
    {
        if (await SessionCaller.ReadAsync(context, signer, Audiences.Bootstrap) is not { } caller)
            return SessionProblem.Unauthorized();
        if (await BodyAsync(context, SnapshotsJson.Default.ClaimRequest) is not { ClaimId: { Length: >= 16 and <= 64 }, Attempt: null or { Length: >= 1 and <= 64 }, Writer: null or { Length: >= 1 and <= 64 } } request)
            return SessionProblem.BadRequest("A claim has a claimId of 16 to 64 characters and may have an attempt and a writer of at most 64.");
        var (claimed, problem) = await claims.ClaimAsync(caller, request, cancellationToken);
        return claimed is null ? problem! : Results.Json(claimed, SnapshotsJson.Default.Claimed);
    }

    private static async Task<IResult> RootAsync(
        HttpContext context, TokenSigner signer, RootChain chain, Claims claims, SpaceAllowance allowance, CancellationToken cancellationToken)
    {
        if (await SessionCaller.ReadAsync(context, signer, Audiences.Incarnation) is not { } caller)
            return SessionProblem.Unauthorized();
        var number = context.Request.Query["number"].ToString();
        if (number.Length > 0 && !(long.TryParse(number, CultureInfo.InvariantCulture, out var asked) && asked is >= 1 and <= SnapshotKeys.MostRoots))
            return SessionProblem.BadRequest("A root's number is a positive number.");
        var found = number.Length == 0
            ? await chain.NewestAsync(caller.Owner, caller.Repl, cancellationToken)
            : await chain.ReadAsync(caller.Owner, caller.Repl, long.Parse(number, CultureInfo.InvariantCulture), cancellationToken);
        return found is { } newest
            ? Results.Json(
                new CurrentRoot(newest.Root, newest.Hash, claims.Excludes(newest.Root), await allowance.OfAsync(caller.Owner, caller.Repl, cancellationToken)),
                SnapshotsJson.Default.CurrentRoot)
            : SessionProblem.None();
    }

    private static async Task<IResult> DownloadsAsync(
        HttpContext context, TokenSigner signer, RootChain chain, SessionUrls urls, CancellationToken cancellationToken)
    {
        if (await SessionCaller.ReadAsync(context, signer, Audiences.Incarnation) is not { } caller)
            return SessionProblem.Unauthorized();
        if (await BodyAsync(context, SnapshotsJson.Default.DownloadRequest) is not { Objects: { Count: >= 1 and <= MaxObjects } } request)
            return SessionProblem.BadRequest($"Ask for 1 to {MaxObjects} objects.");
        if (await chain.ReadAsync(caller.Owner, caller.Repl, request.Root, cancellationToken) is not { } root)
            return SessionProblem.None();
        var named = root.Root.Pages.Select(page => new SnapshotObject(SnapshotObjectKind.Page, page.Scope, page.Hash))
            .Concat(root.Root.Packs.Select(pack => new SnapshotObject(SnapshotObjectKind.Pack, pack.Scope, pack.Hash))).ToHashSet();
        return request.Objects.All(named.Contains)
            ? Results.Json(new DownloadList([.. request.Objects.Select(item => urls.Download(caller.Owner, item))], urls.ExpiresAt), SnapshotsJson.Default.DownloadList)
            : SessionProblem.Invalid("The root does not name one of the objects.");
    }

    private static async Task<IResult> UploadsAsync(HttpContext context, TokenSigner signer, SessionUrls urls)
    {
        if (await SessionCaller.ReadAsync(context, signer, Audiences.Incarnation) is not { } caller)
            return SessionProblem.Unauthorized();
        if (await BodyAsync(context, SnapshotsJson.Default.UploadRequest) is not { Objects: { Count: >= 1 and <= MaxObjects } } request || !request.Objects.All(IsPossible))
            return SessionProblem.BadRequest($"Ask for 1 to {MaxObjects} objects, packs of at most 16 MiB and pages of at most 4, each with its SHA-256.");
        return Results.Json(new UploadList([.. request.Objects.Select(item => urls.Upload(caller.Owner, item))], urls.ExpiresAt), SnapshotsJson.Default.UploadList);
    }

    private static async Task<IResult> CommitAsync(
        HttpContext context, TokenSigner signer, Commits commits, SpaceAllowance allowance, CancellationToken cancellationToken)
    {
        if (await SessionCaller.ReadAsync(context, signer, Audiences.Incarnation) is not { } caller)
            return SessionProblem.Unauthorized();
        if (await CommitBodyAsync(context) is not { } request)
            return BadCommit();
        var limits = await allowance.OfAsync(caller.Owner, caller.Repl, cancellationToken);
        var (root, problem) = await commits.CommitAsync(caller, request, limits, cancellationToken);
        return root is null ? problem! : Results.Json(new Committed(root.Root, root.Hash, limits), SnapshotsJson.Default.Committed);
    }

    private static async Task<IResult> RescueAsync(
        HttpContext context, TokenSigner signer, Commits commits, SpaceAllowance allowance, CancellationToken cancellationToken)
    {
        if (await SessionCaller.ReadAsync(context, signer, Audiences.Incarnation) is not { } caller)
            return SessionProblem.Unauthorized();
        if (await CommitBodyAsync(context) is not { } request)
            return BadCommit();
        var limits = await allowance.OfAsync(caller.Owner, caller.Repl, cancellationToken);
        var (rescue, problem) = await commits.RescueAsync(caller, request, limits, cancellationToken);
        return rescue is null ? problem! : Results.Json(new Rescued(rescue.Hash), SnapshotsJson.Default.Rescued);
    }

    private static async Task<CommitRequest?> CommitBodyAsync(HttpContext context) =>
        await BodyAsync(context, SnapshotsJson.Default.CommitRequest) is { Commit: { Length: >= 16 and <= 64 }, Parent: >= 1, Pages.Count: >= 1, Stale.Count: <= 100 } request
        && request.Stale.All(stale => stale is { Path.Length: <= 4 * SnapshotFormat.MaxPathBytes, Reason.Length: <= 32 })
        && request.AsOf is not { BootId: null or { Length: > 64 } }
            ? request
            : null;

    private static IResult BadCommit() =>
        SessionProblem.BadRequest("A commit has an id of 16 to 64 characters, a parent, pages, and at most 100 stale paths.");

    private static async Task<IResult> ProgressAsync(HttpContext context, TokenSigner signer, ISnapshotEvents events, CancellationToken cancellationToken)
    {
        if (await SessionCaller.ReadAsync(context, signer, Audiences.Bootstrap) is not { } caller)
            return SessionProblem.Unauthorized();
        if (await BodyAsync(context, SnapshotsJson.Default.ProgressReport) is not { Stage: "restoring" or "saving", Done: >= 0 } report || report.Total < report.Done)
            return SessionProblem.BadRequest("Progress has a stage, restoring or saving, and bytes done of a total.");
        await events.ProgressAsync(caller.Owner, caller.Repl, caller.Session, report, cancellationToken);
        return TypedResults.NoContent();
    }

    private static bool IsPossible(UploadObject? item) => item is not null && Digest.TryParse(item.Hash, out _) && item.Length >= 1
        && item.Length <= (item.Kind == SnapshotObjectKind.Pack ? SnapshotFormat.MaxPackBytes : Page.MaxObjectBytes);

    private static async Task<T?> BodyAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (context.Request.ContentLength is null or > MaxBodyBytes)
            return null;
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
