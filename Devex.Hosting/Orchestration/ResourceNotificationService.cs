using Devex.Hosting.Dashboard;
using Devex.Hosting.Processes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What is known of a resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    public required string ResourceType { get; init; }

    /// <summary>One of <see cref="KnownResourceStates"/>; null before anything happened.</summary>
    public string? State { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>Null until the resource runs.</summary>
    public HealthStatus? HealthStatus { get; init; }

    /// <summary>Process id of the first replica while it runs.</summary>
    public int? ProcessId { get; init; }

    public DateTime? StartTimeStamp { get; init; }

    public DateTime? StopTimeStamp { get; init; }

    /// <summary>Why it does not start, or how it ended unasked; null while all is well.</summary>
    internal string? Failure { get; init; }

    /// <summary>What its newest process was started with.</summary>
    internal Launch? Launch { get; init; }

    /// <summary>The same list until an answer changes.</summary>
    internal IReadOnlyList<HealthInfo> Checks { get; init; } = [];
}

public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    public IResource Resource => resource;

    public string ResourceId => resourceId;

    public CustomResourceSnapshot Snapshot => snapshot;
}

/// <summary>Knows the state of every resource and wakes up who waits for one.</summary>
public class ResourceNotificationService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _latest = new(StringComparer.OrdinalIgnoreCase);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ResourceNotificationService()
    {
    }

    /// <summary>Called after each change, with the resource's name: must return at once.</summary>
    internal event Action<string>? Changed;

    /// <summary>Changes what is known of a resource.</summary>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            var before = _latest.TryGetValue(resource.Name, out var known) ? known.Snapshot : new() { ResourceType = resource.GetType().Name };
            var after = stateFactory(before);
            if (after == before)
            {
                return Task.CompletedTask;
            }

            _latest[resource.Name] = new(resource, resource.Name, after);
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
        Changed?.Invoke(resource.Name);
        return Task.CompletedTask;
    }

    public async Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        await WaitForResourceAsync(resourceName, resource => resource.Snapshot.State == (targetState ?? KnownResourceStates.Running), cancellationToken);

    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_latest.TryGetValue(resourceName, out var latest) && predicate(latest))
                {
                    return latest;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, resource => resource.Snapshot.HealthStatus == HealthStatus.Healthy, cancellationToken);

    /// <param name="resourceName">The resource.</param>
    /// <param name="waitBehavior">Whether to fail when the resource cannot become healthy any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DistributedApplicationException">The resource ended or failed to start, and the behaviour is to stop then.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var result = await WaitForResourceAsync(
            resourceName,
            resource => resource.Snapshot.HealthStatus == HealthStatus.Healthy
                || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && KnownResourceStates.TerminalStates.Contains(resource.Snapshot.State)),
            cancellationToken);
        return result.Snapshot.HealthStatus == HealthStatus.Healthy
            ? result
            : throw new DistributedApplicationException($"The resource '{resourceName}' is '{result.Snapshot.State}' and will not become healthy.");
    }

    /// <summary>What is known now; null before anything happened to the resource.</summary>
    public bool TryGetCurrentState(string resourceName, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock)
        {
            return _latest.TryGetValue(resourceName, out resourceEvent);
        }
    }
}
