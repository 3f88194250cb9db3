using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Dashboard;
using Devex.Hosting.Endpoints;
using Devex.Hosting.Health;
using Devex.Hosting.Processes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Devex.Hosting.Orchestration;

/// <summary>Takes one resource through one life: wait for what it needs, start its replicas, watch their health.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer and links holds nothing to dispose.")]
internal sealed class Supervisor
{
    private static readonly TimeSpan StartingInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RunningInterval = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<HealthProbe> _probes;
    private readonly Launcher _launcher;
    private readonly ResourceNotificationService _notifications;
    private readonly IAppConsole _console;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Replica> _replicas = [];
    private readonly List<RoundRobinProxy> _proxies = [];
    private Task _running = Task.CompletedTask;

    public Supervisor(
        IResource resource, IReadOnlyList<HealthProbe> probes, Launcher launcher, ResourceNotificationService notifications, IAppConsole console, TimeProvider time)
    {
        Resource = resource;
        _probes = probes;
        (_launcher, _notifications, _console, _time) = (launcher, notifications, console, time);
    }

    public IResource Resource { get; }

    /// <summary>Completes when no process of the resource is left.</summary>
    public Task Ended => _running;

    public bool Runs => _replicas.Any(replica => replica.Runs);

    /// <param name="onDemand">Whether somebody asked for this start; else what is started on demand only stays as it is.</param>
    public void Start(bool onDemand) => _running = RunAsync(onDemand);

    /// <param name="signal">How processes are asked; null is each one's own way.</param>
    public void Stop(Signal? signal)
    {
        _stop.Cancel();
        _replicas.ForEach(replica => replica.Stop(signal));
    }

    public void Kill()
    {
        _stop.Cancel();
        _replicas.ForEach(replica => replica.Kill());
    }

    private async Task RunAsync(bool onDemand)
    {
        if (!onDemand && Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
        {
            await PublishAsync(KnownResourceStates.NotStarted);
            return;
        }

        try
        {
            await PublishAsync(KnownResourceStates.Waiting);
            await Task.WhenAll(Resource.Annotations.OfType<WaitAnnotation>().Select(WaitAsync));
            _stop.Token.ThrowIfCancellationRequested();
            CreateReplicas();
        }
        catch (OperationCanceledException)
        {
            await PublishAsync(KnownResourceStates.Exited);
            return;
        }
        catch (DistributedApplicationException failure)
        {
            _console.Warn(Resource.Name, $"does not start: {failure.Message}");
            await _notifications.PublishUpdateAsync(Resource, before => before with { State = KnownResourceStates.FailedToStart, Failure = failure.Message });
            return;
        }

        var health = WatchHealthAsync();
        await Task.WhenAll(_replicas.Select(replica => replica.RunAsync()));
        await _stop.CancelAsync();
        await health;
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }
    }

    private void CreateReplicas()
    {
        var endpoints = Resource.Annotations.OfType<EndpointAnnotation>().ToArray();
        var count = Resource.TryGetLastAnnotation<ReplicaAnnotation>(out var annotation) ? annotation.Replicas : 1;
        for (var i = 0; i < count; i++)
        {
            var ports = endpoints.ToDictionary(
                endpoint => endpoint,
                endpoint => count > 1 ? Ports.Free() : int.Parse(endpoint.AllocatedEndpoint!.TargetPortExpression!, CultureInfo.InvariantCulture));
            var name = count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{Resource.Name}-{i + 1}") : Resource.Name;
            _replicas.Add(new(Resource, name, ports, _launcher, _notifications, _console, _time));
            if (i == count - 1 && count > 1)
            {
                AddProxies(endpoints);
            }
        }
    }

    private void AddProxies(EndpointAnnotation[] endpoints) => _proxies.AddRange(endpoints.Select(endpoint =>
        new RoundRobinProxy(endpoint.AllocatedEndpoint!.Port, [.. _replicas.Select(replica => replica.TargetPorts[endpoint])])));

    private Task WaitAsync(WaitAnnotation wait)
    {
        if (wait.Resource is ParameterResource or ConnectionStringResource or ExternalServiceResource)
        {
            return Task.CompletedTask;
        }

        var behavior = wait.WaitBehavior ?? WaitBehavior.WaitOnResourceUnavailable;
        return wait.WaitType switch
        {
            WaitType.WaitUntilHealthy => _notifications.WaitForResourceHealthyAsync(wait.Resource.Name, behavior, _stop.Token),
            WaitType.WaitUntilStarted => _notifications.WaitForResourceAsync(wait.Resource.Name, KnownResourceStates.Running, _stop.Token),
            _ => WaitForCompletionAsync(wait),
        };
    }

    private async Task WaitForCompletionAsync(WaitAnnotation wait)
    {
        var ended = await _notifications.WaitForResourceAsync(
            wait.Resource.Name, resource => KnownResourceStates.TerminalStates.Contains(resource.Snapshot.State), _stop.Token);
        if (ended.Snapshot.ExitCode != wait.ExitCode)
        {
            throw new DistributedApplicationException($"'{wait.Resource.Name}' ended with exit code {ended.Snapshot.ExitCode}, not {wait.ExitCode}.");
        }
    }

    /// <summary>Asks the probes, often until they agree and rarely after, and tells when the answer changes.</summary>
    private async Task WatchHealthAsync()
    {
        string? last = null;
        try
        {
            while (true)
            {
                await _notifications.WaitForResourceAsync(Resource.Name, KnownResourceStates.Running, _stop.Token);
                var answers = await Task.WhenAll(_probes.Select(probe => probe.Check(_stop.Token)));
                var problem = answers.FirstOrDefault(answer => answer is not null);
                var wasHealthy = _notifications.TryGetCurrentState(Resource.Name, out var state) && state.Snapshot.HealthStatus == HealthStatus.Healthy;
                if (problem is not null && wasHealthy)
                {
                    _console.Warn(Resource.Name, $"is not healthy: {problem}");
                }
                else if (problem is null && !wasHealthy && last is not null)
                {
                    _console.Say(Resource.Name, "is healthy");
                }

                last = problem;
                await _notifications.PublishUpdateAsync(Resource, before => before.State != KnownResourceStates.Running ? before : before with
                {
                    HealthStatus = problem is null ? HealthStatus.Healthy : HealthStatus.Unhealthy,
                    Checks = Answers(before.Checks, answers),
                });
                await WaitForNextCheckAsync(problem is null);
            }
        }
        catch (OperationCanceledException)
        {
            // The resource stops.
        }
    }

    /// <summary>The list as it was when no answer changed, so that nobody is told of it.</summary>
    private IReadOnlyList<HealthInfo> Answers(IReadOnlyList<HealthInfo> before, string?[] answers)
    {
        var now = _time.GetUtcNow();
        var after = _probes.Select((probe, i) => before.ElementAtOrDefault(i) is { } same && same.Problem == answers[i] ? same : new HealthInfo(probe.Name, answers[i], now)).ToArray();
        return after.SequenceEqual(before) ? before : after;
    }

    /// <summary>A process that ends or starts meanwhile is asked at once.</summary>
    private async Task WaitForNextCheckAsync(bool healthy)
    {
        using var next = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var left = _notifications.WaitForResourceAsync(Resource.Name, resource => resource.Snapshot.State != KnownResourceStates.Running, next.Token);
        await Task.WhenAny(left, Task.Delay(healthy ? RunningInterval : StartingInterval, _time, next.Token));
        await next.CancelAsync();
        _stop.Token.ThrowIfCancellationRequested();
    }

    private Task PublishAsync(string state) => _notifications.PublishUpdateAsync(Resource, before => before with { State = state });
}
