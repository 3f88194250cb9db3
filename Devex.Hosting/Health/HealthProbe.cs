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
    internal sealed record HealthProbe(Func<CancellationToken, Task<string?>> Check) : Aspire.Hosting.ApplicationModel.IResourceAnnotation;
}
