using Aspire.Hosting.ApplicationModel;
using Devex.Hosting;
using Devex.Hosting.Console;
using Devex.Hosting.DataFolders;
using Devex.Hosting.Orchestration;
using Devex.Hosting.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>An application of several resources, started and ended together.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly Orchestrator _orchestrator;

    internal DistributedApplication(IHost host)
    {
        _host = host;
        _orchestrator = host.Services.GetRequiredService<Orchestrator>();
    }

    public IServiceProvider Services => _host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Starts everything; returns when all that can fail at once has not.</summary>
    /// <exception cref="DistributedApplicationException">The application cannot start as described; the message is for people.</exception>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _host.StartAsync(cancellationToken);
        _orchestrator.Start();
    }

    /// <summary>Ends everything in reverse order. There is no time limit; a cancellation kills what still runs.</summary>
    public virtual async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await using var kill = cancellationToken.Register(_orchestrator.KillAll);
        await _orchestrator.StopAsync();
        await _host.StopAsync(CancellationToken.None);
    }

    /// <summary>Publishes, where the command line says so; else starts, waits for Ctrl-C, SIGTERM or the cancellation, and stops. A second Ctrl-C kills.</summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode)
        {
            await Services.GetRequiredService<ManifestPublisher>().PublishAsync(cancellationToken);
            return;
        }

        var console = Services.GetRequiredService<IAppConsole>();
        using var end = new EndSignals(console, () => _orchestrator.Running, cancellationToken);
        var startup = new StartupMessages(console, Services.GetRequiredService<IResourceCollection>(), TimeProvider.System);
        startup.Begin();
        await StartAsync(end.Stop);
        var ready = startup.AnnounceAsync(_orchestrator.HealthyAsync(end.Stop));
        await end.Stopped;
        await ready;
        await StopAsync(end.Kill);
        console.Say("Everything has ended.");
    }

    /// <summary>Like <see cref="RunAsync"/>, for a main program: a refusal is said on standard error, with exit code 1.</summary>
    public void Run()
    {
        try
        {
            RunAsync().GetAwaiter().GetResult();
        }
        catch (DistributedApplicationException refusal)
        {
            System.Console.Error.WriteLine(refusal.Message);
            Environment.ExitCode = 1;
        }
        finally
        {
            Dispose();
        }
    }

    public virtual void Dispose()
    {
        _orchestrator.KillAll();
        _host.Dispose();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        _orchestrator.KillAll();
        await _orchestrator.StopAsync();
        Services.GetRequiredService<DataFolder>().Dispose();
        _host.Dispose();
        GC.SuppressFinalize(this);
    }
}
