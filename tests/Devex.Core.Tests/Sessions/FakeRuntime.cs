using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Runtimes;
using Devex.Core.Templates;

namespace Devex.Core.Tests.Sessions;

/// <summary>A machine in memory: what runs on it, what is on its disk, and what was done to it. It lives on when engines crash.</summary>
internal sealed class FakeRuntime(FakeSnapshots snapshots) : IReplRuntime
{
    private readonly Channel<RuntimeSession> _changes = Channel.CreateUnbounded<RuntimeSession>();
    private bool _leaving;

    public ConcurrentDictionary<ReplId, Machine> Machines { get; } = new();

    public ConcurrentQueue<string> Done { get; } = new();

    /// <summary>How often what a session needs was made.</summary>
    public int Prepared { get; private set; }

    /// <summary>Somebody took something of each session away.</summary>
    public bool Incomplete { get; set; }

    /// <summary>Fails the next restores with these words.</summary>
    public string? RestoreFails { get; set; }

    /// <summary>Lets restores wait until it is set.</summary>
    public TaskCompletionSource? RestoreWaits { get; set; }

    /// <summary>Lets saves wait until it is set.</summary>
    public TaskCompletionSource? SaveWaits { get; set; }

    /// <summary>Whether a save commits.</summary>
    public bool SavesCommit { get; set; } = true;

    /// <summary>What a save answers, whether it committed or not.</summary>
    public RunOutcome SaveOutcome { get; set; } = new(0, "");

    /// <summary>Since when all machines have been silent.</summary>
    public DateTimeOffset? SilentSince { get; set; }

    /// <summary>Told when one was left behind.</summary>
    public Action LeftBehind { get; set; } = () => { };

    /// <summary>Told of each restore and save as it begins.</summary>
    public Action<string>? Began { get; set; }

    /// <summary>Machines of which nothing is known here (true), or nothing but that they exist (false), until somebody looks again.</summary>
    public ConcurrentDictionary<ReplId, bool> Unheard { get; } = new();

    /// <summary>How often nobody is told what runs.</summary>
    public int ListFails { get; set; }

    public string? ServeFails { get; set; }

    public Crash Crash { get; set; } = Crash.Never;

    public RuntimeInfo Info { get; } = new("fake", true, null);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public string? Refuse(TemplateManifest template) =>
        template.Tools.Contains("no-such-tool") ? "no-such-tool is not installed on this machine: install it and start again." : null;

    public Task PrepareAsync(SessionSpec session, CancellationToken cancellationToken) => Crash.AroundAsync(() =>
    {
        var machine = Machines.GetOrAdd(session.Id, _ => new Machine(session.Owner, session.Id, session.Session));
        Assert(machine.Session == session.Session, "a session was prepared over another's files");
        (Prepared, Incomplete) = (Prepared + 1, false);
        return Task.CompletedTask;
    });

    public Task<RunOutcome> RestoreAsync(SessionSpec session, CancellationToken cancellationToken, Func<string, Task>? entered = null) => Crash.AroundAsync(async () =>
    {
        Begin("restore");
        if (RestoreWaits is { } wait)
            await wait.Task.WaitAsync(cancellationToken);
        if (RestoreFails is { } why)
            return new RunOutcome(1, why);
        var machine = Machines[session.Id];
        if (!machine.Restored)
            machine.Content = snapshots.Head?.Saved.Root ?? 0;
        machine.Restored = true;
        return new RunOutcome(0, "");
    });

    public Task<string> EnsureServeAsync(SessionSpec session, CancellationToken cancellationToken, Func<string, Task>? entered = null) => Crash.AroundAsync(() =>
    {
        if (ServeFails is { } why)
            throw new RuntimeException(why);
        var machine = Machines[session.Id];
        Assert(machine.Restored, "serve was started before its files were there");
        if (machine.Instance is null)
        {
            machine.Instance = Guid.NewGuid().ToString("n")[..22];
            machine.Controlled = machine.Frozen = false;
            Done.Enqueue("serve");
        }
        return Task.FromResult($"unix:/{session.Id}");
    });

    public Task EnsureSaverAsync(SessionSpec session, CancellationToken cancellationToken) => Crash.AroundAsync(() =>
    {
        if (!Machines[session.Id].Saving)
            Done.Enqueue("saver");
        Machines[session.Id].Saving = true;
        return Task.CompletedTask;
    });

    public Task EndServeAsync(SessionSpec session, CancellationToken cancellationToken) => Crash.AroundAsync(() =>
    {
        Machines[session.Id].Instance = null;
        Machines[session.Id].Silent = false;
        Done.Enqueue("end serve");
        return Task.CompletedTask;
    });

    public Task<RunOutcome> SaveAsync(SessionSpec session, string attempt, CancellationToken cancellationToken) => Crash.AroundAsync(async () =>
    {
        var machine = Machines[session.Id];
        Assert(machine.Instance is null || machine.Frozen, "a save began before the session was frozen");
        Begin("save");
        if (SaveWaits is { } wait)
            await wait.Task.WaitAsync(cancellationToken);
        if (SavesCommit)
        {
            snapshots.Head = FakeSnapshots.Root((snapshots.Head?.Saved.Root ?? 0) + 1, attempt);
            machine.SavedContent = machine.Content;
        }
        return SaveOutcome;
    });

    public Task RemoveAsync(RuntimeSession session, CancellationToken cancellationToken) => Crash.AroundAsync(() =>
    {
        if (!Machines.TryGetValue(session.Id, out var machine) || machine.Session != session.Session)
            return Task.CompletedTask;
        Assert(machine.Content == machine.SavedContent || !machine.WasReady, "a session was removed before it was saved");
        Machines.TryRemove(session.Id, out _);
        Done.Enqueue("remove");
        return Task.CompletedTask;
    });

    public Task<string> SetAsideAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        Machines.TryRemove(session.Id, out _);
        Done.Enqueue("set aside");
        return Task.FromResult("set aside");
    }

    public Task LeaveBehindAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        Assert(SilentSince is not null || _leaving, "a session was left behind that is in reach");
        _leaving = true;
        LeftBehind();
        Machines.TryRemove(session.Id, out _);
        Done.Enqueue("leave behind");
        return Task.CompletedTask;
    }

    public Task<RuntimeObservation> ObserveAsync(RuntimeSession session, CancellationToken cancellationToken) =>
        Task.FromResult(!Unheard.ContainsKey(session.Id) && Machines.TryGetValue(session.Id, out var machine) && machine.Session == session.Session
            ? new RuntimeObservation(true, machine.Restored, machine.Instance is not null, machine.Saving, machine.Instance is null ? machine.LastWords : null) { SilentSince = SilentSince, LastEnd = machine.LastEnd, Incomplete = Incomplete }
            : RuntimeObservation.None);

    public Task<string> LastWordsAsync(RuntimeSession session, CancellationToken cancellationToken) => Task.FromResult(Machines[session.Id].LastWords ?? "");

    public Task<RuntimeSession?> FindAsync(ReplId id, CancellationToken cancellationToken) =>
        Task.FromResult(!Unheard.GetValueOrDefault(id) && Machines.TryGetValue(id, out var machine) ? new RuntimeSession(machine.Owner, machine.Id, machine.Session) : null);

    public Task LookAgainAsync(ReplId id, CancellationToken cancellationToken)
    {
        Unheard.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<RuntimeSession>> ListAsync(CancellationToken cancellationToken) => ListFails-- > 0
        ? Task.FromException<IReadOnlyList<RuntimeSession>>(new RuntimeException("The disk did not answer."))
        : Task.FromResult<IReadOnlyList<RuntimeSession>>([.. Machines.Values.Select(machine => new RuntimeSession(machine.Owner, machine.Id, machine.Session))]);

    public async IAsyncEnumerable<RuntimeSession> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var session in _changes.Reader.ReadAllAsync(cancellationToken))
            yield return session;
    }

    /// <summary>Kills serve or saver and reports it, as a real machine would.</summary>
    public void Kill(ReplId id, bool serve)
    {
        var machine = Machines[id];
        if (serve)
            (machine.Instance, machine.LastWords) = (null, "Segmentation fault");
        else
            machine.Saving = false;
        _changes.Writer.TryWrite(new RuntimeSession(machine.Owner, machine.Id, machine.Session));
    }

    /// <summary>The machine itself starts a serve again that ended, as a kubelet does.</summary>
    public void Replace(ReplId id) => (Machines[id].Instance, Machines[id].Controlled) = (Guid.NewGuid().ToString("n")[..22], false);

    /// <summary>Invariants that no crash may break; they fail the test wherever they are broken.</summary>
    public ConcurrentQueue<string> Broken { get; } = new();

    private void Begin(string what)
    {
        Done.Enqueue(what);
        Began?.Invoke(what);
    }

    private void Assert(bool holds, string otherwise)
    {
        if (!holds)
            Broken.Enqueue(otherwise);
    }
}

/// <summary>What one session is on the machine.</summary>
internal sealed class Machine(UserId owner, ReplId id, string session)
{
    public UserId Owner => owner;

    public ReplId Id => id;

    public string Session => session;

    public bool Restored { get; set; }

    /// <summary>The files, as a number that edits raise.</summary>
    public long Content { get; set; }

    public long? SavedContent { get; set; }

    /// <summary>Whether anybody can have been let in.</summary>
    public bool WasReady { get; set; }

    public string? Instance { get; set; }

    /// <summary>What the runtime tells of the end of the serve before this one.</summary>
    public string? LastEnd { get; set; }

    public bool Controlled { get; set; }

    public bool Frozen { get; set; }

    /// <summary>What programs get.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    public bool Saving { get; set; }

    public string? LastWords { get; set; }

    public int Unflushed { get; set; }

    public int Clients { get; set; }

    public bool Silent { get; set; }
}
