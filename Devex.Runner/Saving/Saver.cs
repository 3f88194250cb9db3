using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;

namespace Devex.Runner.Saving;

/// <summary>How a save goes about it.</summary>
internal enum SaveKind
{
    /// <summary>Looks where something changed.</summary>
    Changes,

    /// <summary>Looks at everything.</summary>
    Everything,

    /// <summary>Looks at everything, puts nothing off, and commits whether or not something changed: the last act of an incarnation.</summary>
    Last,

    /// <summary>As the last, but beside the chain, which another writer has taken over.</summary>
    Rescue,
}

/// <summary>
/// Saves one workspace as one incarnation. A save is
/// <code>
/// 1 the clock         asOf: what was flushed before is held; then the queue of changes is drained
/// 2 a scan            names and status, of what changed or of everything, against the index of the last commit
/// 3 reading           what is not known to be unchanged; new contents go into packs, full packs to S3 beside it
/// 4 a check           folders and files that changed meanwhile: 2 again for those, at most three times
/// 5 giving up         what still changes, or cannot be read, keeps its last entry and is named
/// 6 pages             only those that an edit touches are made anew
/// 7 the commit        sent again unchanged until it is answered
/// </code>
/// </summary>
internal sealed class Saver
{
    private const int Rounds = 3;
    private const int CondemnedTries = 3;

    private readonly Parts _parts;
    private readonly CoreClient _core;
    private readonly ObjectTransfer _transfer;
    private readonly IncarnationFile _incarnation;
    private readonly SaveReport _report;
    private readonly TimeProvider _time;
    private readonly Excludes _excludes;
    private readonly RehashLimit _rehash;
    private readonly Room _room;
    private readonly Contents _contents = new();
    private readonly StaleFiles _stale = new();
    private readonly HashSet<PackName> _condemned = [];
    private readonly PageObjects _pages = new();
    private SavedIndex _index;
    private SnapshotRoot _root;
    private string _hash;
    private Pending? _pending;
    private bool _lookAtAll = true;
    /// <summary>The last root may hold what came after its asOf: the next one says so, whether or not anything else changed.</summary>
    private bool _late;

    public Saver(Parts parts, CoreClient core, ObjectTransfer transfer, IncarnationFile incarnation, CurrentRoot head, SavedIndex index, SaveReport report, TimeProvider time)
    {
        (_parts, _core, _transfer, _incarnation, _index, _report, _time) = (parts, core, transfer, incarnation, index, report, time);
        (_root, _hash, _excludes, _rehash, _room) = (head.Root, head.Hash, new Excludes(head.Excludes), new RehashLimit(time), new Room(head.Limits));
        foreach (var item in index.Items)
            _contents.Add(item.Entry);
    }

    /// <summary>The newest root that this incarnation knows.</summary>
    public SnapshotRoot Root => _root;

    /// <summary>SHA-256 of it.</summary>
    public string Hash => _hash;

    public SavedIndex Index => _index;

    /// <summary>Whether the newest root holds every file as it was; sockets and the like are none.</summary>
    public bool KeptAll => _root.Stale.All(stale => stale.Reason == "special");

    /// <summary>What says where something changed; without it every save looks at everything.</summary>
    public ChangeWatch? Watch { get; init; }

    /// <summary>Commits the state of the workspace if it is not the last commit's.</summary>
    /// <returns>Whether a root was committed.</returns>
    /// <exception cref="SupersededException">Another incarnation has written.</exception>
    public async Task<bool> SaveAsync(SaveKind kind, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // A commit whose answer was never seen may have happened: it is cleared before anything follows it.
                if (kind != SaveKind.Rescue)
                    await SendAsync(cancellationToken);
                return await SaveOnceAsync(kind, cancellationToken);
            }
            catch (CondemnedException e) when (attempt < CondemnedTries)
            {
                Avoid(e.Objects);
            }
        }
    }

    private async Task<bool> SaveOnceAsync(SaveKind kind, CancellationToken cancellationToken)
    {
        var always = kind is SaveKind.Last or SaveKind.Rescue;
        var asOf = Boot.Now();
        var changed = Watch?.Take() ?? new ChangedFolders(true, []);
        // Whatever ends this save early, the next one looks at everything.
        var all = _lookAtAll || kind != SaveKind.Changes || changed.All || Watch is not { Complete: true };
        _lookAtAll = true;
        _contents.Begin();
        _contents.Retired = always ? _condemned : [.. Packs.ToRetire(_root), .. _condemned];
        all |= _contents.Retired.Count > 0;

        var buffers = new PackBuffers();
        var uploads = new PackUploads(_transfer, _incarnation.Token, buffers);
        using var packs = new PackWriter(SnapshotScope.User, uploads.AddAsync, buffers: buffers);
        var (edits, late) = await FindAsync(new FilePacker(_parts, packs, _contents), all ? null : changed.Folders, always, cancellationToken);
        if (await packs.CompleteAsync(cancellationToken) is { } last)
            await uploads.AddAsync(last, cancellationToken);
        await uploads.CompleteAsync();

        var committed = await CommitAsync(edits, asOf, kind, cancellationToken);
        _lookAtAll = false;
        _late = late;
        if (kind != SaveKind.Rescue)
            _report.Saved(_root, _hash, asOf, _room.Usage(_index));
        return committed;
    }

    /// <summary>Scans and reads until nothing changes meanwhile, at most three times.</summary>
    private async Task<(List<Edit> Edits, bool Late)> FindAsync(FilePacker packer, IReadOnlyCollection<SnapshotPath>? folders, bool always, CancellationToken cancellationToken)
    {
        var scan = new Scan();
        var scanner = new Scanner(_parts, _excludes, _index, _contents, _stale, Watch, _room.Limits.MaxFiles);
        var reading = new FileReading(_index, scan, packer, _rehash, _room, _stale, always);
        var readAt = Scanner.Clock();
        if (folders is null)
        {
            Watch?.Begin();
            _room.Begin();
            scanner.LookAtAll(scan);
        }
        else
        {
            scanner.LookAt(scan, folders);
        }
        for (var round = 1; ; round++)
        {
            if (scan.Files.Count > 0 || !scan.IsEmpty)
                _report.Saving(scan.Files.Count, scan.Files.Sum(file => file.Status.Size));
            await reading.ReadAsync(readAt, cancellationToken);
            var meanwhile = Watch?.Take() ?? default;
            var again = Settling.Changed(_parts, scan, Watch is { Complete: true } && folders is null);
            again.UnionWith(meanwhile.Folders ?? []);
            again.UnionWith(reading.Unsettled);
            if (meanwhile.All)
                Watch!.Return(meanwhile);
            if (again.Count == 0 || round == Rounds)
            {
                reading.GiveUp();
                Settling.KeepMissing(scan, _stale, again);
                Watch?.Return(new ChangedFolders(false, again));
                return (Settling.ToEdits(_index, scan, _stale, _room.Limits.MaxFiles), round > 1 || again.Count > 0 || meanwhile.All);
            }
            readAt = Scanner.Clock();
            scan.Files.Clear();
            scanner.LookAt(scan, again);
        }
    }

    private async Task<bool> CommitAsync(List<Edit> edits, SessionInstant asOf, SaveKind kind, CancellationToken cancellationToken)
    {
        var stale = _stale.ToList();
        if (edits.Count == 0 && stale.SequenceEqual(_root.Stale) && kind is not SaveKind.Last && !_late)
            return false;
        var next = edits.Count == 0 ? _index : _index.Apply(edits);
        await _pages.UploadAsync(next, _index, _transfer, _incarnation.Token, cancellationToken);
        var pages = next.Pages.Select(page => new CommitPage(page.Scope, page.Hash.ToString()!)).ToList();
        var request = new CommitRequest(RandomId.New(), _root.Number, pages, asOf, stale, Restored: true);
        if (kind == SaveKind.Rescue)
        {
            await Retry.ForeverAsync(() => _core.RescueAsync(_incarnation.Token, request, cancellationToken), _time, cancellationToken, _report);
            return true;
        }
        _pending = new Pending(request, next, edits);
        await SendAsync(cancellationToken);
        return true;
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_pending is not { } pending)
            return;
        Committed committed;
        try
        {
            committed = await Retry.ForeverAsync(() => _core.CommitAsync(_incarnation.Token, pending.Request, cancellationToken), _time, cancellationToken, _report);
        }
        catch (CondemnedException)
        {
            _pending = null;
            throw;
        }
        foreach (var edit in pending.Edits)
        {
            if (edit.Item is { } item)
                _contents.Add(item.Entry);
        }
        foreach (var edit in pending.Edits)
        {
            if (_index.Find(edit.Path) is { } former)
                _contents.Remove(former.Entry);
        }
        (_root, _hash, _index, _room.Limits, _pending) = (committed.Root, committed.Hash, pending.Next, committed.Limits, null);
    }

    /// <summary>Collection took what this save was about to name: content is packed anew, pages get other names.</summary>
    private void Avoid(IReadOnlyList<SnapshotObject> objects)
    {
        foreach (var item in objects)
        {
            if (item.Kind == SnapshotObjectKind.Pack)
                _condemned.Add(new PackName(item.Scope, Digest.Parse(item.Hash)));
            else
                _pages.Avoid(Digest.Parse(item.Hash));
        }
        _lookAtAll = true;
    }

    private sealed record Pending(CommitRequest Request, SavedIndex Next, List<Edit> Edits);
}
