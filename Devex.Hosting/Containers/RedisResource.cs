namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Redis server with one endpoint, <c>tcp</c>.</summary>
public class RedisResource : ContainerResource, IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";

    public RedisResource(string name)
        : base(name) => PrimaryEndpoint = new(this, PrimaryEndpointName);

    public EndpointReference PrimaryEndpoint { get; }

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    public ParameterResource? PasswordParameter { get; internal set; }

    /// <summary>Never: servers here listen on loopback.</summary>
    public bool TlsEnabled { get; }

    public ReferenceExpression UriExpression => PasswordParameter is { } password
        ? ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Scheme)}://:{password:uri}@{Host}:{Port}")
        : ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Scheme)}://{Host}:{Port}");

    /// <summary><c>host:port,password=…</c></summary>
    public ReferenceExpression ConnectionStringExpression => PasswordParameter is { } password
        ? ReferenceExpression.Create($"{Host}:{Port},password={password}{Tls}")
        : ReferenceExpression.Create($"{Host}:{Port}{Tls}");

    private ReferenceExpression Tls => ReferenceExpression.CreateConditional(
        PrimaryEndpoint.Property(EndpointProperty.TlsEnabled), bool.TrueString, ReferenceExpression.Create($",ssl=true"), ReferenceExpression.Empty);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        yield return new("Host", ReferenceExpression.Create($"{Host}"));
        yield return new("Port", ReferenceExpression.Create($"{Port}"));
        if (PasswordParameter is { } password)
        {
            yield return new("Password", ReferenceExpression.Create($"{password}"));
        }

        yield return new("Uri", UriExpression);
    }
}

internal sealed record PersistenceAnnotation(TimeSpan? Interval, long KeysChangedThreshold) : IResourceAnnotation;
