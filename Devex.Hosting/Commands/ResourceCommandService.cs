using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Executes commands of resources.</summary>
public class ResourceCommandService
{
    private readonly IResourceCollection _resources;
    private readonly IServiceProvider _services;
    private readonly ILoggerFactory _loggers;

    internal ResourceCommandService(IResourceCollection resources, IServiceProvider services, ILoggerFactory loggers) =>
        (_resources, _services, _loggers) = (resources, services, loggers);

    /// <summary>An unknown resource or command, and an exception of the command, are failures in words.</summary>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        _resources.FirstOrDefault(resource => string.Equals(resource.Name, resourceId, StringComparison.OrdinalIgnoreCase)) is { } resource
            ? ExecuteCommandAsync(resource, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"There is no resource '{resourceId}'."));

    /// <inheritdoc cref="ExecuteCommandAsync(string, string, CancellationToken)"/>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().SingleOrDefault(command => command.Name == commandName) is not { } command)
        {
            return CommandResults.Failure($"The resource '{resource.Name}' has no command '{commandName}'.");
        }

        try
        {
            return await command.ExecuteCommand(new()
            {
                ServiceProvider = _services,
                ResourceName = resource.Name,
                CancellationToken = cancellationToken,
                Logger = _loggers.CreateLogger(resource.Name),
            });
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return CommandResults.Failure(failure);
        }
    }
}
