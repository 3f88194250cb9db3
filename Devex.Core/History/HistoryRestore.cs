using System.Security.Cryptography;
using Devex.Contracts.Snapshots;
using Devex.Core.Errors;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Pages;
using Devex.Snapshots.Reading;
using Devex.Snapshots.Roots;

namespace Devex.Core.History;

/// <summary>
/// Brings back what a restore point holds, as the next root of the chain, so that it can be undone. Only while nothing runs: a writer whose chain went on
/// without it would be shut out with what it holds. <c>documents</c> are never brought back: they count versions, and no version may mean two texts.
/// </summary>
internal sealed class HistoryRestore(
    RestorePoints points, RootChain chain, SnapshotObjects objects, ICondemned condemned, ISnapshotEvents events, IStoppedRepls stopped)
{
    public const string CommitPrefix = "restore-";

    /// <summary>Restores a path, or with null everything.</summary>
    /// <exception cref="ApiProblem">409 when the REPL does not rest, or a save came in between; 404 when the point has no such path.</exception>
    public async Task<OpenedPoint> RestoreAsync(ReplRecord repl, OpenedPoint from, SnapshotPath? path, CancellationToken cancellationToken)
    {
        OpenedPoint? restored = null;
        var rested = await stopped.WhileStoppedAsync(repl.Owner, repl.Id, async token => restored = await AppendAsync(repl, from, path, token), cancellationToken);
        return rested
            ? restored!
            : throw ApiProblem.Conflict("history.running", "This REPL is running, or is being started or stopped. Stop it, wait until it has stopped, and restore then.");
    }

    /// <summary>The parts of which the tree is put together, in order.</summary>
    internal static async Task<IReadOnlyList<TreePart>> PartsAsync(SnapshotTree head, SnapshotTree from, SnapshotPath? path, CancellationToken cancellationToken)
    {
        // documents, home, workspace: this is their order.
        if (path is null)
            return [TreePart.Before(head, HistoryPath.Home), TreePart.At(from, HistoryPath.Home), TreePart.At(from, HistoryPath.Workspace)];
        if (await from.FindAsync(path.Value, cancellationToken) is null)
            throw new ApiProblem(StatusCodes.Status404NotFound, "history.absent", "The restore point has nothing at this path.");
        // Where a folder on the way is gone or is something else by now, it comes back too, without what else it held.
        var folders = new List<SnapshotEntry>();
        foreach (var folder in Folders(path.Value))
        {
            if (folders.Count > 0 || await head.FindAsync(folder, cancellationToken) is not { Kind: EntryKind.Folder })
                folders.Add((await from.FindAsync(folder, cancellationToken))!);
        }
        var border = folders.Count > 0 ? folders[0].Path : path.Value;
        return [TreePart.Before(head, border), TreePart.Of(folders), TreePart.At(from, path.Value), TreePart.Behind(head, border)];
    }

    private static IEnumerable<SnapshotPath> Folders(SnapshotPath path)
    {
        for (var i = 1; i < path.Bytes.Length; i++)
        {
            if (path.Bytes[i] == '/')
                yield return SnapshotPath.Parse(path.Bytes[..i]);
        }
    }

    private async Task<OpenedPoint> AppendAsync(ReplRecord repl, OpenedPoint from, SnapshotPath? path, CancellationToken cancellationToken)
    {
        var head = await points.HeadAsync(repl.Owner, repl.Id, cancellationToken) ?? throw ApiProblem.NoRepl();
        var content = await ComposeAsync(repl, head, from, path, cancellationToken);
        var root = head.Stored.Next(CommitPrefix + RandomNumberGenerator.GetHexString(22, lowercase: true)) with
        {
            Template = path is null ? from.Stored.Root.Template : head.Stored.Root.Template,
            Files = content.Files,
            Bytes = content.Bytes,
            Pages = content.Pages,
            Packs = content.Packs,
            Stale = [],
            AsOf = null,
        };
        if ((await condemned.AmongAsync(repl.Owner, CondemnedObjects.Named(content), cancellationToken)).Count > 0)
            throw ApiProblem.Conflict("history.thinned", "This restore point was just thinned out. Reload, and choose one that is still there.");
        var appended = await chain.AppendAsync(repl.Owner, root, cancellationToken);
        if (!appended.Ours)
            throw ApiProblem.Conflict("history.changed", "Something was saved at the same moment. Nothing was restored; look again and retry.");
        await events.CommittedAsync(repl.Owner, repl.Id, appended.Root.ToSaved(), CancellationToken.None);
        return await points.OpenAsync(repl.Owner, repl.Id, root.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
    }

    private async Task<SnapshotContent> ComposeAsync(ReplRecord repl, OpenedPoint head, OpenedPoint from, SnapshotPath? path, CancellationToken cancellationToken)
    {
        var builder = new ContentBuilder(SnapshotContent.Of(head.Stored.Root).With(SnapshotContent.Of(from.Stored.Root)));
        var parts = await PartsAsync(head.Tree, from.Tree, path, cancellationToken);
        await foreach (var page in TreeComposer.ComposeAsync(parts, cancellationToken))
        {
            if (page.Known is { } known)
            {
                if (!builder.TryAdd(known.Scope, known.Hash))
                    throw new InvalidOperationException("A page that was read is unknown.");
                continue;
            }
            var hash = await PutAsync(repl, page.Entries, cancellationToken);
            builder.Add(SnapshotScope.User, hash, page.Entries);
        }
        return builder.Build(new Dictionary<Devex.Snapshots.Packs.PackName, long>());
    }

    /// <summary>Puts a page under a name that is not about to be deleted: a file's return may bring back the very page that once held it.</summary>
    private async Task<string> PutAsync(ReplRecord repl, IReadOnlyList<SnapshotEntry> entries, CancellationToken cancellationToken)
    {
        for (var salt = 0; ; salt++)
        {
            var bytes = Page.Encode(entries, salt);
            var page = new SnapshotObject(SnapshotObjectKind.Page, SnapshotScope.User, Digest.Of(bytes).ToString());
            if ((await condemned.AmongAsync(repl.Owner, [page], cancellationToken)).Count > 0)
                continue;
            await objects.PutNewAsync(SnapshotKeys.Object(repl.Owner, page.Kind, page.Scope, page.Hash), bytes, "application/octet-stream", cancellationToken);
            return page.Hash;
        }
    }
}
