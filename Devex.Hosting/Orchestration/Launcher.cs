using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.DataFolders;
using Devex.Hosting.EmbeddedServers;
using Devex.Hosting.Environments;
using Devex.Hosting.Processes;
using Devex.Hosting.Projects;

namespace Devex.Hosting.Orchestration;

/// <summary>Says how a resource becomes a process here.</summary>
internal sealed class Launcher(
    DistributedApplicationExecutionContext execution, ProjectEnvironment projects, BuiltPrograms programs, DataFolder folder)
{
    /// <exception cref="DistributedApplicationException">The resource is of no kind that runs here.</exception>
    public static void RefuseUnknown(IResource resource)
    {
        if (resource is ContainerResource container)
        {
            EmbeddedServer.For(container);
        }
    }

    /// <param name="resource">The resource.</param>
    /// <param name="targetPorts">The ports on which this replica listens itself.</param>
    /// <param name="cancellation">Ends waiting for values.</param>
    public async Task<Launch> LaunchAsync(
        IResource resource, IReadOnlyDictionary<EndpointAnnotation, int> targetPorts, CancellationToken cancellation)
    {
        var context = new ValueProviderContext { ExecutionContext = execution, Caller = resource, TargetPorts = targetPorts };
        var environment = await Evaluation.EnvironmentAsync(resource, context, projects, cancellation);
        var secrets = await Secrecy.NamesAsync(resource, execution, projects, cancellation);
        if (resource is ContainerResource container)
        {
            return EmbeddedServer.For(container).ToLaunch(container, programs, folder, environment) with { Secrets = secrets };
        }

        var arguments = await Evaluation.ArgumentsAsync(resource, context, cancellation);
        switch (resource)
        {
            case ProjectResource when resource.TryGetLastAnnotation<IProjectMetadata>(out var metadata):
                var program = programs.Project(metadata.ProjectPath);
                return new(program.Program, [.. program.Arguments, .. arguments], Path.GetDirectoryName(metadata.ProjectPath)!, environment, Signal.Interrupt)
                {
                    Secrets = secrets,
                };
            case ExecutableResource executable:
                var command = executable.Command.Contains('/') ? Path.GetFullPath(executable.Command, executable.WorkingDirectory) : executable.Command;
                return new(command, arguments, executable.WorkingDirectory, environment, Signal.Terminate) { Secrets = secrets };
            default:
                throw new DistributedApplicationException(string.Create(
                    CultureInfo.InvariantCulture, $"The resource '{resource.Name}' of type {resource.GetType().Name} cannot be started here."));
        }
    }
}
