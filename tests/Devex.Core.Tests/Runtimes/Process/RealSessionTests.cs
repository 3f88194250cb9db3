using System.Globalization;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Runtimes.Process;
using Devex.Core.Sessions;
using Devex.Core.Snapshots;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Process;

/// <summary>The whole of Core with the real runner, Redis and S3.</summary>
[Trait("Tier", "integration")]
public sealed class RealSessionTests(Stores stores) : IAsyncLifetime
{
    private const int Rounds = 3;

    private readonly TempFolder _folder = new("devex-real-");
    private WebApplication _core = null!;

    private ISessions Sessions => _core.Services.GetRequiredService<ISessions>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = await CoreHost.SettingsAsync(stores, "real");
        settings["Core:SessionPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        settings["Runtime:Process:DataFolder"] = _folder["data"];
        settings["Runtime:Process:Runner"] = BuiltProgram.Path("Devex.Runner");
        settings["Templates:Folder"] = Path.Combine(BuiltProgram.RepositoryRoot, "templates");
        _core = CoreApplication.Create([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        await _core.StartAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        var runtime = _core.Services.GetRequiredService<ProcessRuntime>();
        var run = _core.Services.GetRequiredService<ProcessFolders>().Run;
        await _core.Services.GetRequiredService<Reconciler>().StopAsync(CancellationToken.None);
        foreach (var session in await runtime.ListAsync(CancellationToken.None))
            await runtime.RemoveAsync(session, CancellationToken.None);
        await _core.StopAsync(CancellationToken.None);
        await _core.DisposeAsync();
        Directory.Delete(run, recursive: true);
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_stop_and_a_start()
    {
        // The data folder lies below one that only Core's user enters: sessions are isolated all the same.
        var info = _core.Services.GetRequiredService<ProcessRuntime>().Info;
        Assert.True(info.Isolated, info.Notice);

        var repl = await CreateAsync();
        await WantAsync(repl, DesiredState.Running, ReplState.Running);
        var paths = _core.Services.GetRequiredService<ProcessFolders>().Of(repl.Id);
        await File.WriteAllTextAsync(Path.Combine(paths.Workspace, "kept.txt"), "kept", Cancelled);
        Assert.NotNull(await Sessions.LocateAsync(repl.Id, Cancelled));

        var stopped = await WantAsync(repl, DesiredState.Stopped, ReplState.Stopped);
        Assert.Null(stopped.Problem);
        Assert.True(stopped.Saved!.Root > 1);
        Assert.False(Directory.Exists(paths.Root));

        await WantAsync(repl, DesiredState.Running, ReplState.Running);
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(paths.Workspace, "kept.txt"), Cancelled));
    }

    [Fact]
    public async Task Starts_and_stops_are_measured()
    {
        var repl = await CreateAsync();
        var (starts, stops) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            starts.Add(Took(await WantAsync(repl, DesiredState.Running, ReplState.Running)));
            stops.Add(Took(await WantAsync(repl, DesiredState.Stopped, ReplState.Stopped)));
        }
        // A number to read, not a limit: test machines are shared. The limit is in bench/.
        TestContext.Current.SendDiagnosticMessage($"start p50 {P50(starts):0} ms, stop p50 {P50(stops):0} ms");
        Assert.All(starts.Concat(stops), time => Assert.InRange(time, 0, 60_000));
    }

    private static double Took(SessionView view) =>
        (view.Progress!.Stages[^1].EndedAt!.Value - view.Progress.StartedAt).TotalMilliseconds;

    private static double P50(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private async Task<ReplRecord> CreateAsync()
    {
        var repl = new ReplRecord
        {
            Id = ReplId.New(),
            Owner = UserId.Local("ada"),
            Name = "Real",
            Template = "bash",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        await _core.Services.GetRequiredService<ISnapshots>().CreateFromTemplateAsync(repl.Owner, repl.Id, repl.Template, Cancelled);
        await _core.Services.GetRequiredService<ReplRecords>().CreateAsync(repl, Cancelled);
        return repl;
    }

    private async Task<SessionView> WantAsync(ReplRecord repl, DesiredState desired, ReplState state)
    {
        var records = _core.Services.GetRequiredService<ReplRecords>();
        var changed = await records.UpdateAsync(repl.Owner, repl.Id, record => record with { Desired = desired }, Cancelled);
        await Sessions.WakeAsync(changed!, Cancelled);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (true)
        {
            var view = await Sessions.GetAsync(repl.Owner, repl.Id, limit.Token);
            if (view.State == state && (view.Progress?.Kind == (desired is DesiredState.Running ? ProgressKind.Start : ProgressKind.Stop)))
                return view;
            if (desired is DesiredState.Running && view is { State: ReplState.Stopped, Problem: { } problem })
                throw new InvalidOperationException(problem);
            await Task.Delay(10, limit.Token);
        }
    }
}
