namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>A health check by its key among the registered ones.</summary>
    public sealed class HealthCheckAnnotation(string key) : IResourceAnnotation
    {
        public string Key => key;
    }
}

namespace Devex.Hosting.Health
{
    /// <summary>One way to find out whether a resource works; gives null when it does, else what is wrong.</summary>
    /// <param name="Name">For people.</param>
    /// <param name="Check">Asks.</param>
    internal sealed record HealthProbe(string Name, Func<CancellationToken, Task<string?>> Check) : Aspire.Hosting.ApplicationModel.IResourceAnnotation;
}
