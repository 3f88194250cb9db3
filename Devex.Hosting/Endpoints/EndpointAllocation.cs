using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Endpoints;

/// <summary>Gives every endpoint of the application its port before anything starts, so that all environments can name them.</summary>
internal static class EndpointAllocation
{
    /// <exception cref="DistributedApplicationException">A chosen port is taken, or chosen twice.</exception>
    public static void Allocate(IEnumerable<IResource> resources)
    {
        var chosen = new Dictionary<int, string>();
        foreach (var resource in resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                var wanted = endpoint.Port ?? (resource is ContainerResource ? null : endpoint.TargetPort);
                if (wanted is { } fixedPort)
                {
                    Check(resource, endpoint, fixedPort, chosen);
                }

                var port = wanted ?? Ports.Free();
                chosen[port] = $"{resource.Name}'s endpoint '{endpoint.Name}'";
                var listensOn = resource is ContainerResource ? endpoint.TargetPort ?? port : port;
                endpoint.AllocatedEndpoint = new(endpoint, Address(endpoint.TargetHost), port, listensOn.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private static string Address(string targetHost) => targetHost is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : targetHost;

    private static void Check(IResource resource, EndpointAnnotation endpoint, int port, Dictionary<int, string> chosen)
    {
        var wish = $"{resource.Name} cannot have port {port} for its endpoint '{endpoint.Name}'";
        var remedy = $"Choose another one: `-- --Ports:{char.ToUpperInvariant(resource.Name[0])}{resource.Name[1..]}=NNNN` where the AppHost reads it, or the port in AppHost.cs.";
        if (chosen.TryGetValue(port, out var other))
        {
            throw new DistributedApplicationException($"{wish}: {other} has it. {remedy}");
        }

        if (!Ports.IsFree(port))
        {
            var holder = Ports.Holder(port) is { } process ? $"process {process}" : "another process";
            throw new DistributedApplicationException($"{wish}: {holder} listens on it. Stop that one, or choose another port. {remedy}");
        }
    }
}
