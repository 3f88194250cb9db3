using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Endpoints;

/// <summary>Gives every endpoint of the application its port before anything starts, so that all environments can name them.</summary>
internal static class EndpointAllocation
{
    /// <exception cref="DistributedApplicationException">A chosen port is taken, or chosen twice.</exception>
    public static void Allocate(IEnumerable<IResource> resources) => Allocate(resources, Ports.Free);

    /// <summary>The same with <paramref name="free"/> to name ports where none was chosen.</summary>
    internal static void Allocate(IEnumerable<IResource> resources, Func<int> free)
    {
        var chosen = new Dictionary<int, string>();
        var open = new List<(IResource Resource, EndpointAnnotation Endpoint)>();
        // What somebody chose comes first: no port that chance gives may be one of these.
        foreach (var resource in resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                if ((endpoint.Port ?? (resource is ContainerResource ? null : endpoint.TargetPort)) is { } port)
                {
                    Check(resource, endpoint, port, chosen);
                    Give(resource, endpoint, port, chosen);
                }
                else
                {
                    open.Add((resource, endpoint));
                }
            }
        }

        foreach (var (resource, endpoint) in open)
        {
            int port;
            do
            {
                port = free();
            }
            while (chosen.ContainsKey(port));
            Give(resource, endpoint, port, chosen);
        }
    }

    private static void Give(IResource resource, EndpointAnnotation endpoint, int port, Dictionary<int, string> chosen)
    {
        chosen[port] = $"{resource.Name}'s endpoint '{endpoint.Name}'";
        var listensOn = resource is ContainerResource ? endpoint.TargetPort ?? port : port;
        endpoint.AllocatedEndpoint = new(endpoint, Address(endpoint.TargetHost), port, listensOn.ToString(CultureInfo.InvariantCulture));
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
