using System.Diagnostics.Metrics;
using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Steps;
using Devex.Core.Snapshots;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>A whole small Devex in memory: S3's records, Redis, a machine, and any number of Cores over them.</summary>
internal sealed class SessionWorld
{
    public SessionWorld()
    {
        Repls = new FakeRepls(Time);
        Runtime = new FakeRuntime(Snapshots);
        Control = new FakeControl(Runtime, Time);
        Repl = Repls.Create();
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public MemorySessionStore Store { get; } = new();

    public MemoryLeases Leases { get; } = new();

    public FakeSnapshots Snapshots { get; } = new() { Head = FakeSnapshots.Root(1, null) };

    public FakeRuntime Runtime { get; }

    public FakeControl Control { get; }

    public FakeEvents Events { get; } = new();

    public FakeSignals Signals { get; } = new();

    public FakeVariables Variables { get; } = new();

    public FakeRepls Repls { get; }

    public ReplRecord Repl { get; private set; }

    public SessionsOptions Options { get; } = new();

    /// <summary>Of this world alone.</summary>
    public IMeterFactory Meters { get; } = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    public SessionEngine NewEngine()
    {
        var (options, hosts, templates) = (Given(Options), Given(new HostsOptions()), new FakeTemplates());
        var recorder = new StepRecorder(Store, Events);
        var collected = new CollectedTelemetry(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build(), Time);
        var recovery = new RecoverySteps(Runtime, Snapshots, Events, recorder, options, Time, NullLogger<RecoverySteps>.Instance);
        var metrics = new SessionMetrics(Meters);
        var save = new SaveStep(Runtime, Snapshots, Events, recorder, metrics, new SnapshotMetrics(Meters), Time, NullLogger<SaveStep>.Instance);
        return new SessionEngine(
            Repls, Store, Runtime, templates, recorder,
            new StartSteps(Repls, Runtime, Control, templates, Variables, Events, recorder, recovery, collected, metrics, hosts, Time, NullLogger<StartSteps>.Instance),
            new WatchStep(Repls, Runtime, Control, Variables, recorder, collected, metrics, options, Time, NullLogger<WatchStep>.Instance),
            recovery,
            new FreezeSteps(Runtime, Control, recorder, save, options, hosts, Time, NullLogger<FreezeSteps>.Instance),
            save,
            new EndSteps(Store, Runtime, Snapshots, Events, recorder, Time, NullLogger<EndSteps>.Instance),
            Time, NullLogger<SessionEngine>.Instance);
    }

    public Reconciler NewReconciler() => new(
        NewEngine(), Leases, Store, Repls, Runtime, Signals, new SessionMetrics(Meters), Given(Options), Time, NullLogger<Reconciler>.Instance);

    public void Use(string template) => Repl = Repls.Create(template);

    /// <summary>One look of a new Core that holds the lease.</summary>
    public async Task<TimeSpan?> RunAsync(CancellationToken cancellationToken = default)
    {
        await using var lease = await Leases.TakeAsync(Repl.Id, cancellationToken);
        var wait = await NewEngine().RunAsync(new SessionWork(Repl.Owner, Repl.Id, lease!.Fence), cancellationToken);
        Assert.Empty(Runtime.Broken);
        return wait;
    }

    public Task<TimeSpan?> StartAsync()
    {
        Repls.Want(Repl.Id, DesiredState.Running);
        return RunAsync();
    }

    public Task<TimeSpan?> StopAsync()
    {
        Repls.Want(Repl.Id, DesiredState.Stopped);
        return RunAsync();
    }

    public async Task<SessionRecord> RecordAsync() =>
        await Store.FindAsync(Repl.Id, CancellationToken.None) ?? throw new InvalidOperationException("There is no record.");

    public async Task<SessionView> ViewAsync() => (await RecordAsync()).ToView();

    public Machine Machine => Runtime.Machines[Repl.Id];

    /// <summary>Somebody edits a file.</summary>
    public void Edit() => Machine.Content += 100;

    public async Task AssertStateAsync(ReplState state) => Assert.Equal(state, (await ViewAsync()).State);

    private static IOptions<T> Given<T>(T options)
        where T : class => Microsoft.Extensions.Options.Options.Create(options);
}
