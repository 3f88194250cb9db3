using System.Diagnostics.Metrics;

namespace Devex.Core.Runtimes.Kubernetes.Api;

/// <summary>Meter <c>Devex.Kubernetes</c>.</summary>
internal sealed class ClusterMetrics(IMeterFactory meters)
{
    public const string MeterName = "Devex.Kubernetes";

    private readonly Counter<long> _requests = meters.Create(MeterName).CreateCounter<long>(
        "devex.kubernetes.requests", "{request}", "Requests to the cluster's API server, by verb and resource; a watch counts each time that it begins.");

    public void Asked(string verb, string resource) => _requests.Add(1, new("verb", verb), new("resource", resource));
}
