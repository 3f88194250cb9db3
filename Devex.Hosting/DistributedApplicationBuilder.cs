using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Dashboard;
using Devex.Hosting.DataFolders;
using Devex.Hosting.Health;
using Devex.Hosting.Orchestration;
using Devex.Hosting.Parameters;
using Devex.Hosting.Processes;
using Devex.Hosting.Projects;
using Devex.Hosting.Publishing;
using Devex.Hosting.Rebuilding;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Devex.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private const string ProjectPathMetadataKey = "apphostprojectpath";

    private readonly HostApplicationBuilder _host;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        AppHostAssembly = options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly();
        AppHostDirectory = options.ProjectDirectory
            ?? AppHostAssembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(metadata => metadata.Key == ProjectPathMetadataKey)?.Value
            ?? Directory.GetCurrentDirectory();
        _host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            // A switch without a value, which the reader of arguments would give the next argument as one.
            Args = options.Args?.Where(argument => argument != DashboardChoice.Switch).ToArray(),
            ContentRootPath = Directory.Exists(AppHostDirectory) ? AppHostDirectory : Directory.GetCurrentDirectory(),
            ApplicationName = AppHostAssembly?.GetName().Name,
        });

        var publisher = Configuration["Publishing:Publisher"] ?? Configuration["publisher"];
        var publishes = publisher is not null || string.Equals(Configuration["operation"], "publish", StringComparison.OrdinalIgnoreCase);
        ExecutionContext = new(publishes ? DistributedApplicationOperation.Publish : DistributedApplicationOperation.Run, publisher ?? "manifest");

        var folder = DataFolder.Choose(Configuration, AppHostDirectory);
        // For AppHost.cs, which has resources that keep files there too.
        Configuration[DataFolder.Key] = folder.Path;
        Services.AddSingleton<IHostLifetime, NoLifetime>();
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(folder);
        Services.AddSingleton(new GeneratedSecrets(folder));
        Services.AddSingleton(new BuiltPrograms(AppHostAssembly));
        Services.AddSingleton(Resources);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<IAppConsole>(_ => AppConsole.Standard());
        Services.AddSingleton(_ => new ResourceNotificationService());
        Services.AddSingleton(services => new ResourceCommandService(Resources, services, services.GetRequiredService<ILoggerFactory>()));
        Services.AddHealthChecks();
        Services.AddSingleton<RegisteredChecks>();
        Services.AddSingleton(new DashboardChoice(!options.DisableDashboard && options.Args?.Contains(DashboardChoice.Switch) != true));
        Services.AddSingleton<DashboardProcess>();
        Services.AddSingleton<ConsoleLog>();
        Services.AddSingleton<AskedParameters>();
        Services.AddSingleton(services => new ProjectBuild(services.GetRequiredService<ConsoleLog>(), AppHostAssembly));
        Services.AddSingleton<LifeCommands>();
        Services.AddSingleton<ProjectEnvironment>();
        Services.AddSingleton<ManifestPublisher>();
        Services.AddSingleton<Launcher>();
        Services.AddSingleton<Orchestrator>();
        _host.Logging.SetMinimumLevel(LogLevel.Warning);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (Resources.FirstOrDefault(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw new DistributedApplicationException(
                $"There is a resource '{other.Name}' ({other.GetType().Name}) already; '{resource.Name}' ({resource.GetType().Name}) needs another name. Case makes no difference.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        var host = _host.Build();
        ExecutionContext.Built(host.Services);
        return new(host);
    }

    /// <summary>Signals are ours to handle: the host's own lifetime would end all of this after its time limit.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
