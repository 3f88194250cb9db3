using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Dashboard;
using Devex.Hosting.DataFolders;
using Devex.Hosting.Endpoints;
using Devex.Hosting.Health;
using Devex.Hosting.Parameters;
using Microsoft.Extensions.Configuration;

namespace Devex.Hosting.Orchestration;

/// <summary>Starts the whole application in the order of its waits, and ends it in the reverse order.</summary>
internal sealed class Orchestrator(
    IResourceCollection resources, IConfiguration configuration, DataFolder folder, Launcher launcher, RegisteredChecks checks,
    ResourceNotificationService notifications, LifeCommands commands, AskedParameters parameters, DashboardProcess dashboard, ConsoleLog log, IAppConsole console,
    TimeProvider time)
{
    private readonly List<ResourceLife> _lives = [];

    /// <summary>Names of what still runs.</summary>
    public IEnumerable<string> Running => _lives.Where(life => life.Runs).Select(life => life.Resource.Name);

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
        Selection.Apply(configuration[Selection.Key], processes);
        folder.Lock();
        parameters.Check(canAsk: dashboard.IsOn);
        EndpointAllocation.Allocate(processes);
        dashboard.Prepare();
        console.Names(processes.Select(resource => resource.Name));
        _lives.AddRange(processes.Select(Life));
        _lives.ForEach(commands.AddTo);
        _lives.ForEach(life => life.Begin());
        dashboard.Start(processes);
    }

    /// <summary>Completes when everything that starts by itself is healthy.</summary>
    public Task HealthyAsync(CancellationToken cancellation) => Task.WhenAll(_lives
        .Where(life => !life.Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
        .Select(life => notifications.WaitForResourceHealthyAsync(life.Resource.Name, cancellation)));

    /// <summary>Asks everything to end and waits, without a limit: Core saves its sessions in its own time.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_lives.Select(StopAsync));
        await dashboard.StopAsync();
    }

    public void KillAll()
    {
        _lives.ForEach(life => life.Kill());
        dashboard.Kill();
    }

    private async Task StopAsync(ResourceLife life)
    {
        var all = _lives.Select(other => other.Resource).ToArray();
        var before = StartOrder.EndBefore(life.Resource, all).ToHashSet();
        await Task.WhenAll(_lives.Where(other => before.Contains(other.Resource)).Select(other => other.Closed));
        await life.CloseAsync();
    }

    private ResourceLife Life(IResource resource)
    {
        var (probes, kept) = (checks.ProbesOf(resource), new KeptConsole(console, log, resource.Name));
        return new(resource, () => new Supervisor(resource, probes, launcher, notifications, kept, time));
    }
}
