using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Saving;

/// <summary>Makes a <see cref="Saver"/> for an incarnation of this session.</summary>
internal sealed class SaveSession : IDisposable
{
    private readonly HttpClient _http = SessionHttp.Create();
    private readonly ControlFolder _control;
    private readonly Parts _parts;
    private readonly CoreClient _core;
    private readonly ObjectTransfer _transfer;

    public SaveSession(SessionEnvironment environment)
    {
        _control = new ControlFolder(environment.Control);
        _parts = Parts.Open(environment.Files);
        _core = new CoreClient(_http, _control, environment.Repl);
        _transfer = new ObjectTransfer(_http, _core, TimeProvider.System);
    }

    /// <summary>
    /// Goes on as the incarnation on the control folder. Where a save attempt of this session came between and ended without ending the session, it failed, and
    /// a new incarnation is claimed.
    /// </summary>
    public async Task<Saver> ContinueAsync(Action<SafeFileHandle, FileStatus>? onFolder, CancellationToken cancellationToken)
    {
        if (_control.ReadIncarnation() is not { } incarnation)
            return await ClaimAsync(null, onFolder, cancellationToken);
        var head = await Retry.ForeverAsync(() => _core.RootAsync(incarnation.Token, cancellationToken), TimeProvider.System, cancellationToken);
        if (head.Root.Incarnation == incarnation.Incarnation)
            return await CreateAsync(incarnation, head, onFolder, cancellationToken);
        return head.Root.Session == incarnation.Session
            ? await ClaimAsync(null, onFolder, cancellationToken)
            : throw new SupersededException(new SupersededBy(head.Root.Session, head.Root.Incarnation, head.Root.Attempt));
    }

    /// <summary>Opens a new incarnation.</summary>
    public async Task<Saver> ClaimAsync(string? attempt, Action<SafeFileHandle, FileStatus>? onFolder, CancellationToken cancellationToken)
    {
        var claimed = await new Claimant(_core, _control, TimeProvider.System).ClaimAsync(attempt, restored: true, cancellationToken);
        return await CreateAsync(
            _control.ReadIncarnation()!, new CurrentRoot(claimed.Root, claimed.Hash, claimed.Excludes, claimed.Limits), onFolder, cancellationToken);
    }

    /// <summary>An attempt on a workspace that was never restored: its claim says that there is nothing to save.</summary>
    public Task ClaimUnrestoredAsync(string attempt, CancellationToken cancellationToken) =>
        new Claimant(_core, _control, TimeProvider.System).ClaimAsync(attempt, restored: false, cancellationToken);

    public void Dispose()
    {
        _parts.Dispose();
        _http.Dispose();
    }

    private async Task<Saver> CreateAsync(
        IncarnationFile incarnation, CurrentRoot head, Action<SafeFileHandle, FileStatus>? onFolder, CancellationToken cancellationToken)
    {
        var entries = await new SnapshotReader(_transfer, TimeProvider.System).ReadAsync(incarnation.Token, head.Root, cancellationToken);
        return new Saver(_parts, _core, _transfer, incarnation, head, entries, TimeProvider.System) { OnFolder = onFolder };
    }
}
