using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Saving;

/// <summary>
/// Saves one workspace as one incarnation. A save is
/// <code>
/// 1 the clock         asOf: what was flushed before is held
/// 2 a walk            names and status of everything
/// 3 reading           what is not known to be unchanged; new contents go into packs, full packs to S3
/// 4 a second walk     equal to the first: one state of the tree was read. Else 3 again for what differs, at most three times
/// 5 merging           what could not be read, or changes all the time, keeps its last entry and is named
/// 6 pages             cut by content; those that the last root has are not uploaded
/// 7 the commit        sent again unchanged until it is answered
/// </code>
/// </summary>
internal sealed class Saver(
    Parts parts, CoreClient core, ObjectTransfer transfer, IncarnationFile incarnation, CurrentRoot head, IEnumerable<SnapshotEntry> entries, TimeProvider time)
{
    private const int Rounds = 3;
    private const int MaxStale = 100;

    private static readonly string BootId = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    private readonly Excludes _excludes = new(head.Excludes);
    private readonly RehashLimit _rehash = new(time);
    private SnapshotRoot _root = head.Root;
    private (CommitRequest Request, Dictionary<SnapshotPath, KnownItem> Known)? _pending;
    private Dictionary<SnapshotPath, KnownItem> _known = entries.ToDictionary(entry => entry.Path, entry => new KnownItem(entry, null, 0));

    /// <summary>The newest root that this incarnation knows.</summary>
    public SnapshotRoot Root => _root;

    /// <summary>Whether the newest root holds every file as it was; sockets and the like are none.</summary>
    public bool KeptAll => _root.Stale.All(stale => stale.Reason == "special");

    /// <summary>Called with each folder that a walk enters.</summary>
    public Action<SafeFileHandle, FileStatus>? OnFolder { get; init; }

    /// <summary>Commits the state of the workspace if it is not the last commit's.</summary>
    /// <param name="always">Commit even when nothing changed, and read what was put off: the last act of an incarnation.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <returns>Whether a root was committed.</returns>
    /// <exception cref="SupersededException">Another incarnation has written.</exception>
    public async Task<bool> SaveAsync(bool always, CancellationToken cancellationToken)
    {
        // A commit whose answer was never seen may have happened: it is cleared before anything follows it.
        await SendAsync(cancellationToken);
        var asOf = new SessionInstant(BootId, Libc.BootTime());
        var readAt = Now();
        var walk = Walk.Run(parts, _excludes, OnFolder);
        if (!always && IsAsKnown(walk))
            return false;

        using var packs = new PackWriter(SnapshotScope.User, UploadAsync);
        var save = new SaveRound(_known, Retired(), new FilePacker(parts, packs, KnownContents()), _rehash, always);
        for (var round = 1; ; round++)
        {
            await save.ReadAsync(walk, readAt, head.Limits.MaxBytes, cancellationToken);
            readAt = Now();
            var second = Walk.Run(parts, _excludes, OnFolder);
            if (save.IsSettled(walk, second) || round == Rounds)
            {
                save.Merge(walk, second);
                break;
            }
            walk = second;
        }

        var last = await packs.CompleteAsync(cancellationToken);
        return await CommitAsync(save, last, asOf, always, cancellationToken);
    }

    private async Task<bool> CommitAsync(SaveRound save, SealedPack? pack, SessionInstant asOf, bool always, CancellationToken cancellationToken)
    {
        var pages = new List<CommitPage>();
        var uploads = new List<(UploadObject, ReadOnlyMemory<byte>)>();
        if (pack is not null)
            uploads.Add((new UploadObject(SnapshotObjectKind.Pack, pack.Name.Hash.ToString(), pack.Bytes.Length), pack.Bytes));
        var known = _root.Pages.DistinctBy(page => page.Hash).ToDictionary(page => page.Hash, page => page.Scope);
        foreach (var entries in PageCutter.Cut(save.Entries))
        {
            var bytes = Page.Encode(entries);
            var hash = Digest.Of(bytes).ToString();
            if (!known.TryGetValue(hash, out var scope))
                uploads.Add((new UploadObject(SnapshotObjectKind.Page, hash, bytes.Length), bytes));
            pages.Add(new CommitPage(scope, hash));
        }
        var stale = save.Stale.OrderBy(item => item.Reason == "special").Take(MaxStale).ToList();
        var same = pages.SequenceEqual(_root.Pages.Select(page => new CommitPage(page.Scope, page.Hash))) && stale.SequenceEqual(_root.Stale);
        if (!same || always)
        {
            if (uploads.Count > 0)
                await transfer.PutAsync(incarnation.Token, uploads, cancellationToken);
            _pending = (new CommitRequest(RandomId.New(), _root.Number, pages, asOf, stale, Restored: true), save.Known);
            await SendAsync(cancellationToken);
        }
        _known = save.Known;
        return !same || always;
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_pending is not { } pending)
            return;
        var committed = await Retry.ForeverAsync(() => core.CommitAsync(incarnation.Token, pending.Request, cancellationToken), time, cancellationToken);
        (_root, _known, _pending) = (committed.Root, pending.Known, null);
    }

    private bool IsAsKnown(Walk walk)
    {
        if (walk.Items.Count != _known.Count || walk.Unread.Count > 0)
            return false;
        foreach (var item in walk.Items)
        {
            if (!_known.TryGetValue(item.Path, out var known) || known.Entry.Kind != item.Kind || known.Entry.Mode != item.Status.Mode
                || (item.Kind == EntryKind.File && !known.IsUnchanged(item.Status))
                || (item.Kind == EntryKind.Link && !known.Entry.Target.Span.SequenceEqual(item.Target)))
            {
                return false;
            }
        }
        return walk.Stale.Select(stale => stale.Path).ToHashSet().SetEquals(_root.Stale.Select(stale => stale.Path)) || walk.Stale.Count >= MaxStale;
    }

    /// <summary>Packs whose live content is written anew: many small ones cost a restore a request each, and half-dead ones cost storage.</summary>
    private HashSet<PackName> Retired()
    {
        const int Small = 1024 * 1024, MaxSmall = 64;
        var small = _root.Packs.Where(pack => pack is { Scope: SnapshotScope.User, Bytes: < Small }).ToList();
        var wasted = _root.Packs.Where(pack => pack.Scope == SnapshotScope.User && pack.Bytes >= Small && pack.Live * 2 < pack.Content);
        return [.. (small.Count > MaxSmall ? wasted.Concat(small) : wasted).Select(pack => new PackName(pack.Scope, Digest.Parse(pack.Hash)))];
    }

    private Contents KnownContents()
    {
        var retired = Retired();
        var contents = new Contents();
        foreach (var known in _known.Values)
        {
            if (retired.Count == 0 || !known.Entry.Chunks.Any(chunk => chunk.Extents.Any(extent => retired.Contains(extent.Pack))))
                contents.Add(known.Entry);
        }
        return contents;
    }

    private async ValueTask UploadAsync(SealedPack pack, CancellationToken cancellationToken)
    {
        var item = new UploadObject(SnapshotObjectKind.Pack, pack.Name.Hash.ToString(), pack.Bytes.Length);
        await transfer.PutAsync(incarnation.Token, [(item, pack.Bytes)], cancellationToken);
    }

    private static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}
