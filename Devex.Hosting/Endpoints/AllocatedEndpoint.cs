using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The address of an endpoint in this run.</summary>
public class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
{
    public EndpointAnnotation Endpoint => endpoint;

    public string Address => address;

    public int Port => port;

    public string UriScheme => endpoint.UriScheme;

    public string EndPointString => string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");

    public string UriString => $"{UriScheme}://{EndPointString}";

    /// <summary>The port its resource listens on itself; of several replicas each has another.</summary>
    public string? TargetPortExpression => targetPortExpression;

    public override string ToString() => UriString;
}
