using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Repls;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Reading;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.History;

/// <summary>What a REPL was: restore points, what changed, and files as they were, straight from S3.</summary>
internal static class HistoryEndpoints
{
    private const int DefaultPoints = 50;
    private const int MaxPoints = 200;
    private const int DefaultEntries = 500;
    private const int MaxEntries = 2_000;

    public static void MapHistoryEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var history = endpoints.MapGroup("/api/repls/{id}/history").WithTags("History")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        history.MapGet("/", ListAsync).WithName("ListHistory").WithSummary("Restore points, newest first.").ProducesProblem(StatusCodes.Status400BadRequest);

        var point = history.MapGroup("/{point}").ProducesProblem(StatusCodes.Status400BadRequest);
        point.MapGet("/", GetAsync).WithName("GetRestorePoint").WithSummary("One restore point; head is the newest.");
        point.MapGet("/changes", ChangesAsync).WithName("ListHistoryChanges").WithSummary("What differs from an older restore point, by default the one before.");
        point.MapGet("/diff", DiffAsync).WithName("GetFileDiff").WithSummary("Lines of one file that differ from an older restore point, by default the one before.");
        point.MapGet("/tree", TreeAsync).WithName("ListHistoryFolder").WithSummary("What a folder held.");
        point.MapGet("/entry", EntryAsync).WithName("GetHistoryEntry").WithSummary("One file, folder or link as it was.");
        point.MapPost("/restore", RestoreAsync).WithName("RestoreFromHistory")
            .WithSummary("Brings back a path, or everything, as a new restore point; while the REPL runs, one file as an edit.")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        point.MapFileEndpoints();
    }

    /// <summary>The REPL and a restore point of it, for whoever may read it.</summary>
    internal static async Task<(ReplRecord Repl, Role Role, OpenedPoint Point)> OpenAsync(
        HttpContext context, ReplStore store, RestorePoints points, ReplId id, string point, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var repl = await store.OpenAsync(caller, id, cancellationToken);
        return (repl, ReplStore.RoleOf(caller.User.Id, repl)!.Value, await points.OpenAsync(repl.Owner, repl.Id, point, cancellationToken));
    }

    private static async Task<Ok<RestorePointList>> ListAsync(
        ReplId id, HttpContext context, ReplStore store, RestorePoints points, CancellationToken cancellationToken, string? before = null, int limit = DefaultPoints)
    {
        if (before is not null && RestorePoints.NumberOf(before) is null)
            throw ApiProblem.Invalid("before", "history.before", "Give the id of a restore point.");
        var repl = await store.OpenAsync(context.Caller(), id, cancellationToken);
        return TypedResults.Ok(await points.ListAsync(
            repl.Owner, repl.Id, before is null ? null : RestorePoints.NumberOf(before), Bound(limit, MaxPoints), cancellationToken));
    }

    private static async Task<Ok<RestorePoint>> GetAsync(
        ReplId id, string point, HttpContext context, ReplStore store, RestorePoints points, CancellationToken cancellationToken)
    {
        var (repl, _, opened) = await OpenAsync(context, store, points, id, point, cancellationToken);
        return TypedResults.Ok(await points.ViewAsync(repl.Owner, repl.Id, opened, cancellationToken));
    }

    private static async Task<Ok<HistoryChanges>> ChangesAsync(
        ReplId id, string point, HttpContext context, ReplStore store, RestorePoints points, CancellationToken cancellationToken,
        string? since = null, string? after = null, int limit = DefaultEntries)
    {
        var (repl, role, opened) = await OpenAsync(context, store, points, id, point, cancellationToken);
        var from = HistoryPath.ParseOptional(after, role);
        var older = await SinceAsync(points, repl, opened, since, cancellationToken);
        var most = Bound(limit, MaxEntries);
        var changes = new List<HistoryChange>();
        await foreach (var change in TreeChanges.ReadAsync(older?.Stored.Root, opened.Stored.Root, opened.Source, from, cancellationToken))
        {
            if (!HistoryPath.IsShown(change.Path, role))
                continue;
            if (changes.Count == most)
                return TypedResults.Ok(new HistoryChanges(older?.Id, changes, changes[^1].Path));
            var kind = change.Before is null ? HistoryChangeKind.Added : change.Now is null ? HistoryChangeKind.Removed : HistoryChangeKind.Changed;
            changes.Add(new HistoryChange(change.Path.ToString(), kind, change.Now?.View(), change.Before?.View()));
        }
        return TypedResults.Ok(new HistoryChanges(older?.Id, changes, null));
    }

    private static async Task<Ok<FileDiff>> DiffAsync(
        ReplId id, string point, HttpContext context, ReplStore store, RestorePoints points, HistoryQueue queue, CancellationToken cancellationToken,
        string? path = null, string? since = null)
    {
        var (repl, role, opened) = await OpenAsync(context, store, points, id, point, cancellationToken);
        var file = HistoryPath.Parse(path, role);
        var older = await SinceAsync(points, repl, opened, since, cancellationToken);
        var before = older is null ? null : await older.Tree.FindAsync(file, cancellationToken);
        var now = await opened.Tree.FindAsync(file, cancellationToken);
        if (before is null && now is null)
            throw Absent();
        using var turn = await queue.EnterAsync(context.Caller().User.Id, cancellationToken);
        return TypedResults.Ok(await FileComparison.CompareAsync(file, older?.Id, before, now, opened.Source, cancellationToken));
    }

    private static async Task<Ok<HistoryFolder>> TreeAsync(
        ReplId id, string point, HttpContext context, ReplStore store, RestorePoints points, CancellationToken cancellationToken,
        string path = "workspace", string? after = null, int limit = DefaultEntries)
    {
        var (_, role, opened) = await OpenAsync(context, store, points, id, point, cancellationToken);
        var folder = HistoryPath.Parse(path, role);
        var from = HistoryPath.ParseOptional(after, role);
        if (await opened.Tree.FindAsync(folder, cancellationToken) is not { Kind: EntryKind.Folder })
            throw Absent();
        var most = Bound(limit, MaxEntries);
        var entries = new List<SnapshotEntry>();
        await foreach (var entry in opened.Tree.ReadFolderAsync(folder, from, cancellationToken))
        {
            entries.Add(entry);
            if (entries.Count > most)
                break;
        }
        var shown = entries.Take(most).ToList();
        return TypedResults.Ok(new HistoryFolder(
            opened.Id, folder.ToString(), shown.ConvertAll(entry => entry.View()), entries.Count > most ? shown[^1].Path.ToString() : null));
    }

    private static async Task<Ok<HistoryEntry>> EntryAsync(
        ReplId id, string point, HttpContext context, ReplStore store, RestorePoints points, CancellationToken cancellationToken, string? path = null)
    {
        var (_, role, opened) = await OpenAsync(context, store, points, id, point, cancellationToken);
        return TypedResults.Ok((await opened.Tree.FindAsync(HistoryPath.Parse(path, role), cancellationToken) ?? throw Absent()).View());
    }

    private static async Task<Ok<RestoredFromHistory>> RestoreAsync(
        ReplId id, string point, RestoreFromHistory? request, HttpContext context, ReplStore store, RestorePoints points, HistoryRestore restore,
        RunningFiles running, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var (repl, role, opened) = await OpenAsync(context, store, points, id, point, cancellationToken);
        var path = HistoryPath.ParseOptional(request?.Path, role);
        if (path is { } one && repl.Desired == DesiredState.Running && one.IsBelow(HistoryPath.Workspace)
            && (await opened.Tree.FindAsync(one, cancellationToken) ?? throw Absent()) is { Kind: EntryKind.File } file)
        {
            await running.WriteAsync(caller, repl, opened, file, cancellationToken);
            return TypedResults.Ok(new RestoredFromHistory(null));
        }
        var restored = await restore.RestoreAsync(repl, opened, path, cancellationToken);
        return TypedResults.Ok(new RestoredFromHistory(RestorePoints.View(restored.Id, restored.Stored, isHead: true)));
    }

    internal static ApiProblem Absent() => new(StatusCodes.Status404NotFound, "history.absent", "The restore point has nothing at this path.");

    private static async Task<OpenedPoint?> SinceAsync(
        RestorePoints points, ReplRecord repl, OpenedPoint point, string? since, CancellationToken cancellationToken) =>
        since is null
            ? await points.BeforeAsync(repl.Owner, repl.Id, point, cancellationToken)
            : await points.OpenAsync(repl.Owner, repl.Id, since, cancellationToken);

    private static int Bound(int limit, int most) =>
        limit >= 1 && limit <= most ? limit : throw ApiProblem.Invalid("limit", "history.limit", $"The limit is 1 to {most}.");
}
