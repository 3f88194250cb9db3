using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Processes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Devex.Hosting.Orchestration;

/// <summary>One process of a resource: started, started again when it crashes, and ended when asked.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer and links holds nothing to dispose.")]
internal sealed class Replica(
    IResource resource, string name, IReadOnlyDictionary<EndpointAnnotation, int> targetPorts,
    Launcher launcher, ResourceNotificationService notifications, IAppConsole console, TimeProvider time)
{
    private const int LastLines = 5;

    private readonly CancellationTokenSource _stop = new();
    private readonly BackOff _backOff = new();
    private readonly Queue<string> _last = new();
    private volatile ChildProcess? _process;
    private volatile bool _killed;
    private Signal? _launchSignal;
    private Signal? _askedSignal;
    private int _sent;

    public IReadOnlyDictionary<EndpointAnnotation, int> TargetPorts => targetPorts;

    public bool Runs => _process is not null;

    public async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            var (exitCode, failure) = await RunOnceAsync();
            var up = time.GetElapsedTime(started);
            if (_stop.IsCancellationRequested)
            {
                await PublishAsync(KnownResourceStates.Exited, exitCode, null);
                return;
            }

            if (exitCode == 0)
            {
                console.Say(name, "finished");
                await PublishAsync(KnownResourceStates.Finished, exitCode, null);
                return;
            }

            var delay = _backOff.Next(up);
            var why = failure ?? $"ended {ExitCode.Describe(exitCode!.Value)} after {Durations.Short(up)}{LastOutput()}";
            console.Warn(name, why);
            console.Warn(name, $"starting again in {Durations.Short(delay)}");
            await PublishAsync(failure is null ? KnownResourceStates.Exited : KnownResourceStates.FailedToStart, exitCode, why);
            await Task.Delay(delay, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks the process to end, in its own time; <see cref="RunAsync"/> completes when it has.</summary>
    /// <param name="signal">How; null is the launch's own signal.</param>
    public void Stop(Signal? signal)
    {
        _askedSignal = signal;
        _stop.Cancel();
        if (_process is { } process && (signal ?? _launchSignal) is { } asked)
        {
            Ask(process, asked);
        }
    }

    public void Kill()
    {
        _killed = true;
        _stop.Cancel();
        _process?.KillAll();
    }

    private async Task<(int? ExitCode, string? Failure)> RunOnceAsync()
    {
        try
        {
            await notifications.PublishUpdateAsync(resource, before => before with { State = KnownResourceStates.Starting, ProcessId = null, ExitCode = null });
            var launching = launcher.LaunchAsync(resource, targetPorts, _stop.Token);
            if (!launching.IsCompleted)
            {
                // Values that are there are there at once: somebody has yet to give one.
                await notifications.PublishUpdateAsync(resource, before => before with { State = KnownResourceStates.ValueMissing });
            }

            var launch = await launching;
            _last.Clear();
            using var process = await ChildProcess.StartAsync(launch, OnLine);
            _launchSignal = launch.StopSignal;
            _process = process;
            // Who asked before this found no process to ask: either they see it, or it is seen here.
            Interlocked.MemoryBarrier();
            if (_killed)
            {
                process.KillAll();
            }
            else if (_stop.IsCancellationRequested)
            {
                Ask(process, _askedSignal ?? launch.StopSignal);
            }

            await notifications.PublishUpdateAsync(resource, before => before with
            {
                State = KnownResourceStates.Running,
                ExitCode = null,
                ProcessId = process.Id,
                Failure = null,
                Launch = launch,
                StartTimeStamp = time.GetUtcNow().UtcDateTime,
                StopTimeStamp = null,
            });
            var exitCode = await process.Exited;
            return (exitCode, null);
        }
        catch (DistributedApplicationException failure)
        {
            return (null, failure.Message);
        }
        catch (OperationCanceledException)
        {
            return (null, null);
        }
        finally
        {
            _process = null;
        }
    }

    /// <summary>Once, however many ask: a second signal tells Core, as many a program, to give up what the first one began.</summary>
    private void Ask(ChildProcess process, Signal signal)
    {
        if (Interlocked.Exchange(ref _sent, (int)signal) != (int)signal)
        {
            process.Send(signal);
        }
    }

    private Task PublishAsync(string state, int? exitCode, string? failure) => notifications.PublishUpdateAsync(resource, before => before with
    {
        State = state,
        ExitCode = exitCode,
        ProcessId = null,
        Failure = failure,
        StopTimeStamp = time.GetUtcNow().UtcDateTime,
        HealthStatus = before.HealthStatus is null ? null : HealthStatus.Unhealthy,
    });

    private void OnLine(string line)
    {
        lock (_last)
        {
            _last.Enqueue(line);
            if (_last.Count > LastLines)
            {
                _last.Dequeue();
            }
        }

        console.Line(name, line);
    }

    private string LastOutput()
    {
        lock (_last)
        {
            return _last.Count == 0 ? ", without a word" : $"; its last lines:{string.Concat(_last.Select(line => $"\n    {line}"))}";
        }
    }
}
