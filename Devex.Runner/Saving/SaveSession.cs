using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;

namespace Devex.Runner.Saving;

/// <summary>Makes a <see cref="Saver"/> for an incarnation of this session.</summary>
internal sealed class SaveSession : IDisposable
{
    private readonly HttpClient _http = SessionHttp.Create();
    private readonly ControlFolder _control;
    private readonly Parts _parts;
    private readonly CoreClient _core;
    private readonly ObjectTransfer _transfer;
    private readonly IndexStore _kept;

    public SaveSession(SessionEnvironment environment)
    {
        _control = environment.OpenControl();
        _parts = Parts.Open(environment.Files);
        _core = new CoreClient(_http, _control, environment.Repl);
        Report = new SaveReport(environment.Files, TimeProvider.System);
        _transfer = new ObjectTransfer(_http, _core, TimeProvider.System, Report);
        _kept = new IndexStore(environment.Control);
    }

    /// <summary>What people are told.</summary>
    public SaveReport Report { get; }

    /// <summary>The session whose workspace this is; null before anything was claimed.</summary>
    public string? Session => _control.ReadIncarnation()?.Session;

    /// <summary>
    /// Goes on as the incarnation on the control folder. Where a save attempt of this session came between, a new incarnation is claimed, which waits until that attempt has
    /// failed.
    /// </summary>
    /// <exception cref="SupersededException">Another session has taken over.</exception>
    public async Task<Saver> ContinueAsync(ChangeWatch? watch, CancellationToken cancellationToken)
    {
        if (_control.ReadIncarnation() is not { } incarnation)
            return await ClaimAsync(null, watch, cancellationToken);
        var head = await Retry.ForeverAsync(() => _core.RootAsync(incarnation.Token, cancellationToken), TimeProvider.System, cancellationToken, Report);
        if (head.Root.Incarnation == incarnation.Incarnation)
            return await CreateAsync(incarnation, head, watch, cancellationToken);
        return head.Root.Session == incarnation.Session
            ? await ClaimAsync(null, watch, cancellationToken)
            : throw new SupersededException(new SupersededBy(head.Root.Session, head.Root.Incarnation, head.Root.Attempt));
    }

    /// <summary>Opens a new incarnation.</summary>
    public async Task<Saver> ClaimAsync(string? attempt, ChangeWatch? watch, CancellationToken cancellationToken)
    {
        var (claimed, incarnation) = await new Claimant(_core, _control, TimeProvider.System, Report).ClaimAsync(attempt, restored: true, cancellationToken);
        return await CreateAsync(incarnation, new CurrentRoot(claimed.Root, claimed.Hash, claimed.Excludes, claimed.Limits), watch, cancellationToken);
    }

    /// <summary>An attempt on a workspace that was never restored: its claim says that there is nothing to save.</summary>
    public Task ClaimUnrestoredAsync(string attempt, CancellationToken cancellationToken) =>
        new Claimant(_core, _control, TimeProvider.System, Report).ClaimAsync(attempt, restored: false, cancellationToken);

    /// <summary>A saver over the last root of this session that is known here, for a rescue alone; null when that root is gone.</summary>
    public async Task<Saver?> RecallAsync(CancellationToken cancellationToken)
    {
        if (_control.ReadIncarnation() is not { } incarnation)
            return null;
        var last = _control.ReadSaved() is { } saved && saved.Incarnation == incarnation.Incarnation ? saved.Root : incarnation.Root;
        try
        {
            var root = await Retry.ForeverAsync(() => _core.RootAsync(incarnation.Token, cancellationToken, last), TimeProvider.System, cancellationToken, Report);
            return await CreateAsync(incarnation, root, null, cancellationToken);
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    /// <summary>Tells Core how the last save goes, for as long as what is returned is not disposed of.</summary>
    public StageProgress TellCore()
    {
        var progress = new StageProgress(_core, "saving");
        Report.Also = progress;
        return progress;
    }

    /// <summary>Remembers over a restart what the saver knows.</summary>
    public void Keep(Saver saver, bool everything)
    {
        if (_control.ReadIncarnation() is { } incarnation && incarnation.Incarnation == saver.Root.Incarnation)
            _control.WriteSaved(new SavedRoot(incarnation.Incarnation, saver.Root.Number));
        if (everything || saver.Index.Pages.Count(page => page.Unkept) <= FewPages)
            _kept.Keep(saver.Index);
    }

    public void Dispose()
    {
        _parts.Dispose();
        _http.Dispose();
    }

    /// <summary>More are kept with the next look at everything: under constant change the same pages would be written again and again.</summary>
    private const int FewPages = 8;

    private async Task<Saver> CreateAsync(IncarnationFile incarnation, CurrentRoot head, ChangeWatch? watch, CancellationToken cancellationToken)
    {
        var pages = await new SnapshotReader(_transfer, TimeProvider.System, Report).ReadPagesAsync(incarnation.Token, head.Root, cancellationToken);
        var index = new SavedIndex(pages.Zip(head.Root.Pages, _kept.Load));
        return new Saver(_parts, _core, _transfer, incarnation, head, index, Report, TimeProvider.System) { Watch = watch };
    }
}
