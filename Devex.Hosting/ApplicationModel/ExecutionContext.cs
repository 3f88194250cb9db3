namespace Aspire.Hosting;

public enum DistributedApplicationOperation
{
    Run,
    Publish,
}

/// <summary>Whether the model is described to be run here or to be published.</summary>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName = "manifest")
{
    private IServiceProvider? _services;

    public DistributedApplicationOperation Operation => operation;

    public string PublisherName => publisherName;

    public bool IsPublishMode => operation == DistributedApplicationOperation.Publish;

    public bool IsRunMode => operation == DistributedApplicationOperation.Run;

    /// <exception cref="InvalidOperationException">The application is not built yet.</exception>
    public IServiceProvider ServiceProvider => _services ?? throw new InvalidOperationException("Services exist once the application is built.");

    public IServiceProvider Services => ServiceProvider;

    internal void Built(IServiceProvider services) => _services = services;
}
