using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Snapshots;
using Devex.Core.Templates;

namespace Devex.Core.Tests.Fixtures;

/// <summary>Sessions, snapshots and templates in memory: what the control plane asks of them, and no more. Shared by the replicas of a test.</summary>
internal sealed class FakeEngine : ISessions, IStoppedRepls, ISnapshots, ITemplates
{
    private readonly ConcurrentDictionary<ReplId, ReplRecord> _woken = new();
    private readonly ConcurrentDictionary<ReplId, SavedState> _heads = new();

    /// <summary>What the reconciler was last woken with.</summary>
    public IReadOnlyDictionary<ReplId, ReplRecord> Woken => _woken;

    /// <summary>Whether what is known of sessions was lost, and not found again.</summary>
    public bool Forgotten { get; set; }

    /// <summary>Set to make the next snapshots fail.</summary>
    public Exception? SnapshotFailure { get; set; }

    public string FileText { get; set; } = "line one\nline two\nline three\nline four\n";

    /// <summary>Set to have files read otherwise.</summary>
    public Func<CancellationToken, Task<string?>>? ReadText { get; set; }

    /// <summary>Templates that cannot run, with the words that say why.</summary>
    public Dictionary<string, string> Refused { get; } = [];

    public string? Refuse(string template) => Refused.GetValueOrDefault(template);

    public RuntimeInfo Runtime { get; } = new("process", true, null);

    public IReadOnlyList<TemplateManifest> All { get; } = [Manifest("node", "Node.js", "package.json"), Manifest("python", "Python", "*.py")];

    public TemplateManifest? Find(string key) => All.FirstOrDefault(template => template.Key == key);

    public Task WakeAsync(ReplRecord repl, CancellationToken cancellationToken)
    {
        _woken[repl.Id] = repl;
        return Task.CompletedTask;
    }

    public Task<SessionView> GetAsync(UserId owner, ReplId id, CancellationToken cancellationToken) => Task.FromResult(View(id));

    public Task<IReadOnlyList<SessionView>> GetAsync(IReadOnlyList<(UserId Owner, ReplId Id)> repls, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SessionView>>([.. repls.Select(repl => View(repl.Id))]);

    public Task<string?> LeaveBehindAsync(ReplRecord repl, CancellationToken cancellationToken) => Task.FromResult<string?>("Its session is not out of reach.");

    public Task<SessionTicket?> IssueTicketAsync(ReplRecord repl, UserSummary user, Role role, CancellationToken cancellationToken) =>
        Task.FromResult(Runs(repl.Id) ? new SessionTicket($"ws://{repl.Id}.repl.localhost:8081/session", $"{user.Id}/{role}", DateTimeOffset.UnixEpoch) : null);

    public Task<SessionLocation?> LocateAsync(ReplId id, CancellationToken cancellationToken) =>
        Task.FromResult(Runs(id) ? new SessionLocation(id, Woken[id].Owner, "instance", "unix:/run/serve", "token", DateTimeOffset.UnixEpoch) : null);

    public async Task<bool> WhileStoppedAsync(UserId owner, ReplId id, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        if (Runs(id))
            return false;
        await act(cancellationToken);
        return true;
    }

    public Task<SavedState> CreateFromTemplateAsync(UserId owner, ReplId id, string template, CancellationToken cancellationToken) => MakeAsync(id);

    public Task<SavedState> ForkAsync(UserId owner, ReplId from, ReplId to, CancellationToken cancellationToken) => MakeAsync(to);

    public Task<SnapshotHead?> HeadAsync(UserId owner, ReplId id, CancellationToken cancellationToken) =>
        Task.FromResult(_heads.TryGetValue(id, out var saved) ? new SnapshotHead(saved, null, null, null, true) : null);

    public string IssueBootstrapToken(UserId owner, ReplId id, string session, string writer) => throw new NotSupportedException();

    public Task<string?> ReadTextAsync(UserId owner, ReplId id, string path, int maxBytes, CancellationToken cancellationToken) =>
        ReadText?.Invoke(cancellationToken) ?? Task.FromResult<string?>(FileText);

    private static TemplateManifest Manifest(string key, string name, string detects) => new(
        key, "/nowhere", name, name + ".", "icon.svg", 1, "image", "run " + key, "index.txt", [3000], [key], [key], [])
    {
        Detects = [detects],
        Environment = new Dictionary<string, string> { ["COLOUR"] = "green", ["STYLE"] = key },
    };

    private Task<SavedState> MakeAsync(ReplId id)
    {
        if (SnapshotFailure is { } failure)
            return Task.FromException<SavedState>(failure);
        var saved = new SavedState(1, DateTimeOffset.UnixEpoch, 2, 30, new string('a', 64), null, []);
        _heads[id] = saved;
        return Task.FromResult(saved);
    }

    private bool Runs(ReplId id) => _woken.TryGetValue(id, out var record) && record.Desired == DesiredState.Running;

    private SessionView View(ReplId id) => Forgotten ? new(ReplState.Stopped, null, null, null, Recorded: false) : new(Runs(id) ? ReplState.Running : ReplState.Stopped, null, null, null);
}
