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
    private Signal? _stopSignal;

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
                await PublishAsync(KnownResourceStates.Exited, exitCode);
                return;
            }

            if (exitCode == 0)
            {
                console.Say(name, "finished");
                await PublishAsync(KnownResourceStates.Finished, exitCode);
                return;
            }

            var delay = _backOff.Next(up);
            console.Warn(name, failure ?? $"ended {ExitCode.Describe(exitCode!.Value)} after {Durations.Short(up)}{LastOutput()}");
            console.Warn(name, $"starting again in {Durations.Short(delay)}");
            await PublishAsync(failure is null ? KnownResourceStates.Exited : KnownResourceStates.FailedToStart, exitCode);
            await Task.Delay(delay, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks the process to end, in its own time; <see cref="RunAsync"/> completes when it has.</summary>
    public void Stop()
    {
        _stop.Cancel();
        if (_process is { } process && _stopSignal is { } signal)
        {
            process.Send(signal);
        }
    }

    public void Kill()
    {
        _stop.Cancel();
        _process?.KillAll();
    }

    private async Task<(int? ExitCode, string? Failure)> RunOnceAsync()
    {
        try
        {
            await PublishAsync(KnownResourceStates.Starting, null);
            var launch = await launcher.LaunchAsync(resource, targetPorts, _stop.Token);
            _last.Clear();
            using var process = await ChildProcess.StartAsync(launch, OnLine);
            _stopSignal = launch.StopSignal;
            _process = process;
            if (_stop.IsCancellationRequested)
            {
                process.Send(launch.StopSignal);
            }

            await notifications.PublishUpdateAsync(resource, state => state with { State = KnownResourceStates.Running, ExitCode = null, ProcessId = process.Id });
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

    private Task PublishAsync(string state, int? exitCode) => notifications.PublishUpdateAsync(resource, before => before with
    {
        State = state,
        ExitCode = exitCode,
        ProcessId = null,
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
