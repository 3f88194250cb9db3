using Devex.Core.Environments;
using Devex.Core.Events;
using Devex.Core.Keys;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Runtimes.Process;
using Devex.Core.Sessions;
using Devex.Core.Sessions.Control;
using Devex.Core.Sessions.Steps;
using Devex.Core.Sessions.Store;
using Devex.Core.Snapshots;
using Devex.Core.Templates;
using Devex.Core.Tests.Sessions;
using Devex.ServiceDefaults.Hosts;
using Devex.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Devex.Core.Tests.Runtimes.Process;

/// <summary>What of Core moves sessions, over the real Process runtime; records and roots are in memory. Another one over the same folder is the next Core.</summary>
internal sealed class ProcessHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private ProcessHost(ServiceProvider services)
    {
        _services = services;
        Repls = services.GetRequiredService<FakeRepls>();
        Store = services.GetRequiredService<MemorySessionStore>();
        Folders = services.GetRequiredService<ProcessFolders>();
    }

    public FakeRepls Repls { get; }

    public MemorySessionStore Store { get; }

    public ProcessFolders Folders { get; }

    public ISessions Sessions => _services.GetRequiredService<ISessions>();

    public ProcessRuntime Runtime => _services.GetRequiredService<ProcessRuntime>();

    public Reconciler Reconciler => _services.GetRequiredService<Reconciler>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public static async Task<ProcessHost> StartAsync(TempFolder folder, ProcessHost? before = null, bool sandbox = true, string? runner = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Keys:Ticket"] = new('t', 32),
            ["Keys:Web"] = new('w', 32),
            ["Keys:Gateway"] = new('g', 32),
            ["Keys:Secrets"] = new('s', 32),
            ["Core:SessionUrl"] = "http://127.0.0.1:1",
            ["Runtime:Process:DataFolder"] = folder["data"],
            ["Runtime:Process:Runner"] = runner ?? StandInRunner.WriteTo(folder),
            ["Runtime:Process:Sandbox"] = sandbox ? "true" : "false",
            ["Sessions:SweepInterval"] = "00:00:01",
        }).Build());
        services.AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Information));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<CoreKeys>();
        services.AddSingleton<TokenSigner>();
        services.AddOptions<HostsOptions>();
        services.AddOptions<SessionsOptions>().BindConfiguration("Sessions");
        services.AddSingleton(before?.Repls ?? new FakeRepls(TimeProvider.System));
        services.AddSingleton(before?.Store ?? new MemorySessionStore());
        services.AddSingleton<FakeEvents>();
        services.AddSingleton<IReplRecords>(provider => provider.GetRequiredService<FakeRepls>());
        services.AddSingleton<ISessionStore>(provider => provider.GetRequiredService<MemorySessionStore>());
        services.AddSingleton<IReplEvents>(provider => provider.GetRequiredService<FakeEvents>());
        services.AddSingleton<ILocationEvents>(provider => provider.GetRequiredService<FakeEvents>());
        services.AddSingleton<ISessionLeases, MemoryLeases>();
        services.AddSingleton<ISessionSignals, FakeSignals>();
        services.AddSingleton<ITemplates, FakeTemplates>();
        services.AddSingleton<ISessionVariables, FakeVariables>();
        services.AddSingleton<ISessionControl, ControlClient>();
        services.AddSingleton<ISnapshots>(provider => new FakeSnapshots
        {
            ReadHead = id => ReadAttempt(provider.GetRequiredService<ProcessFolders>().Of(id)) is { } attempt ? FakeSnapshots.Root(2, attempt) : null,
        });
        services.AddSingleton<CoreAddress>();
        services.AddSingleton<SnapshotMetrics>();
        services.AddProcessRuntime();
        services.AddSessionEngine();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<ISessions, SessionService>();
        var host = new ProcessHost(services.BuildServiceProvider());
        await host.Reconciler.StartAsync(CancellationToken.None);
        return host;
    }

    public async Task<ReplRecord> StartReplAsync(ReplRecord? repl = null)
    {
        repl = Repls.Want((repl ?? Repls.Create()).Id, DesiredState.Running);
        await Sessions.WakeAsync(repl, CancellationToken.None);
        await WaitForAsync(repl, SessionPhase.Running);
        return repl;
    }

    public async Task StopReplAsync(ReplRecord repl)
    {
        await Sessions.WakeAsync(Repls.Want(repl.Id, DesiredState.Stopped), CancellationToken.None);
        await WaitForAsync(repl, SessionPhase.Stopped);
    }

    /// <summary>Waits for a phase; a start that fails ends the wait with its words.</summary>
    public async Task<SessionRecord> WaitForAsync(ReplRecord repl, SessionPhase phase, Func<SessionRecord, bool>? also = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var record = await Store.FindAsync(repl.Id, limit.Token);
            if (record?.Phase == phase && also?.Invoke(record) != false)
                return record;
            if (phase is SessionPhase.Running && record is { Phase: SessionPhase.Stopped, Problem: { } problem })
                throw new InvalidOperationException(problem);
            await Task.Delay(10, limit.Token);
        }
    }

    /// <summary>Ends this Core as SIGTERM would: sessions stay.</summary>
    public async ValueTask DisposeAsync()
    {
        await Reconciler.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    /// <summary>Ends every session, however; for the end of a test.</summary>
    public async Task RemoveAllAsync()
    {
        await Reconciler.StopAsync(CancellationToken.None);
        foreach (var session in await Runtime.ListAsync(CancellationToken.None))
            await Runtime.RemoveAsync(session, CancellationToken.None);
    }

    private static string? ReadAttempt(SessionFolders folders)
    {
        var path = Path.Combine(folders.Control, "saved");
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }
}
