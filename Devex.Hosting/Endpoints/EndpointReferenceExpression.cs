namespace Aspire.Hosting.ApplicationModel;

public enum EndpointProperty
{
    Url,
    Host,
    IPV4Host,
    Port,
    Scheme,
    TargetPort,
    HostAndPort,
    TlsEnabled,
}

/// <summary>One part of an endpoint's address.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IExpressionValue, IValueWithReferences
{
    public EndpointReference Endpoint => endpointReference;

    public EndpointProperty Property => property;

    public string ValueExpression => property switch
    {
        EndpointProperty.HostAndPort => $"{Placeholder("host")}:{Placeholder("port")}",
        EndpointProperty.IPV4Host => Placeholder("host"),
        EndpointProperty.TargetPort => Placeholder("targetPort"),
        EndpointProperty.TlsEnabled => Placeholder("tlsEnabled"),
        _ => Placeholder(property.ToString().ToLowerInvariant()),
    };

    IEnumerable<object> IValueWithReferences.References => [Endpoint];

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => GetValueAsync(new ValueProviderContext(), cancellationToken);

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        new(endpointReference.Value(property, context));

    private string Placeholder(string path) => $"{{{endpointReference.Resource.Name}.bindings.{endpointReference.EndpointName}.{path}}}";
}
