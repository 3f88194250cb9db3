using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.DataFolders;
using Devex.Hosting.Endpoints;
using Devex.Hosting.Health;

namespace Devex.Hosting.Orchestration;

/// <summary>Starts the whole application in the order of its waits, and ends it in the reverse order.</summary>
internal sealed class Orchestrator(
    IResourceCollection resources, DataFolder folder, Launcher launcher, RegisteredChecks checks, ResourceNotificationService notifications, IAppConsole console,
    TimeProvider time)
{
    private readonly List<Supervisor> _supervisors = [];

    /// <summary>Names of what still runs.</summary>
    public IEnumerable<string> Running => _supervisors.Where(supervisor => supervisor.Runs).Select(supervisor => supervisor.Resource.Name);

    /// <exception cref="DistributedApplicationException">The application cannot start as described; nothing was started.</exception>
    public void Start()
    {
        var processes = resources.Where(resource => resource is ProjectResource or ContainerResource or ExecutableResource).ToArray();
        foreach (var resource in processes)
        {
            Launcher.RefuseUnknown(resource);
        }

        StartOrder.RefuseCircles(processes);
        checks.RefuseUnknown(processes);
        folder.Lock();
        RefuseMissingParameters();
        EndpointAllocation.Allocate(processes);
        console.Names(processes.Select(resource => resource.Name));
        _supervisors.AddRange(processes.Select(resource => new Supervisor(resource, checks.ProbesOf(resource), launcher, notifications, console, time)));
        _supervisors.ForEach(supervisor => supervisor.Start());
    }

    /// <summary>Completes when everything that starts by itself is healthy.</summary>
    public Task HealthyAsync(CancellationToken cancellation) => Task.WhenAll(_supervisors
        .Where(supervisor => !supervisor.Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
        .Select(supervisor => notifications.WaitForResourceHealthyAsync(supervisor.Resource.Name, cancellation)));

    /// <summary>Asks everything to end and waits, without a limit: Core saves its sessions in its own time.</summary>
    public Task StopAsync() => Task.WhenAll(_supervisors.Select(StopAsync));

    public void KillAll() => _supervisors.ForEach(supervisor => supervisor.Kill());

    private async Task StopAsync(Supervisor supervisor)
    {
        var all = _supervisors.Select(other => other.Resource).ToArray();
        var before = StartOrder.EndBefore(supervisor.Resource, all).ToHashSet();
        await Task.WhenAll(_supervisors.Where(other => before.Contains(other.Resource)).Select(other => other.Ended));
        supervisor.Stop();
        await supervisor.Ended;
    }

    private void RefuseMissingParameters()
    {
        var messages = new List<string>();
        foreach (var parameter in resources.OfType<ParameterResource>())
        {
            try
            {
                _ = parameter.Value;
            }
            catch (MissingParameterValueException missing)
            {
                messages.Add(missing.Message);
            }
        }

        if (messages.Count > 0)
        {
            throw new MissingParameterValueException(string.Join(Environment.NewLine, messages));
        }
    }
}
