using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Devex.Core.Runtimes;
using Devex.Core.Sessions;
using Devex.Core.Snapshots;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>What operators measure of the life of sessions.</summary>
public sealed class SessionMetricsTests : IDisposable
{
    private readonly SessionWorld _world = new();
    private readonly ConcurrentQueue<string> _measured = new();
    private readonly MeterListener _listener;

    public SessionMetricsTests()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name is SessionMetrics.MeterName or SnapshotMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, _world.Meters))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument.Name, tags, value));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument.Name, tags, value));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_start_is_measured_once_by_stage_and_as_a_whole()
    {
        _world.Runtime.RestoreWaits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var restoring = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.Store.Written = record => _ = record.Phase is SessionPhase.Restoring && restoring.TrySetResult();
        var starting = _world.StartAsync();
        await restoring.Task;
        _world.Time.Advance(TimeSpan.FromSeconds(7));
        _world.Runtime.RestoreWaits.SetResult();
        await starting;
        var stages = (await _world.RecordAsync()).Progress!.Stages;
        Assert.Equal(
            [.. stages.SkipLast(1).Select(stage => $"devex.session.start.duration {stage.Name}"), "devex.session.start.duration all"],
            _measured.Select(line => line[..line.LastIndexOf(' ')]));
        Assert.Contains("devex.session.start.duration all 7", _measured);

        // A serve that comes back is no start.
        _world.Runtime.Kill(_world.Repl.Id, serve: true);
        await _world.RunAsync();
        Assert.Single(_measured, line => line.StartsWith("devex.session.start.duration all", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_fails_is_counted_and_not_measured()
    {
        _world.Runtime.RestoreFails = "no such thing";
        await _world.StartAsync();
        Assert.Equal(["devex.reconcile.errors start 1"], _measured);
    }

    [Fact]
    public async Task The_save_of_a_stop_is_measured_when_it_is_committed_and_counted_when_it_fails()
    {
        await _world.StartAsync();
        _measured.Clear();
        (_world.Runtime.SavesCommit, _world.Runtime.SaveOutcome) = (false, new RunOutcome(4, ""));
        await _world.StopAsync();
        Assert.Equal(["devex.reconcile.errors save 1"], _measured);

        _measured.Clear();
        _world.Runtime.SavesCommit = true;
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        await _world.RunAsync();
        Assert.Equal(["devex.snapshot.save.duration stop 0"], _measured);
    }

    [Fact]
    public async Task A_session_that_does_not_answer_is_counted()
    {
        await _world.StartAsync();
        _measured.Clear();
        _world.Machine.Silent = true;
        await _world.RunAsync();
        Assert.Equal(["devex.reconcile.errors silent 1"], _measured);
    }

    private void Take(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags, double value) =>
        _measured.Enqueue(FormattableString.Invariant($"{name} {tags[0].Value} {value}"));
}
