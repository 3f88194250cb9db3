using System.Net.Sockets;
using Devex.Hosting.ApplicationModel;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address under which a resource is reached.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private string? _transport;

    public EndpointAnnotation(
        ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null,
        int? port = null, int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        _transport = transport;
        Name = name ?? UriScheme;
        ModelName.Validate("Endpoint", Name);
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    /// <summary>The port others use; null lets the system choose one.</summary>
    public int? Port { get; set; }

    /// <summary>The port the resource itself listens on, inside its container if it has one; null lets the system choose one.</summary>
    public int? TargetPort { get; set; }

    public string UriScheme { get; set; }

    /// <summary>The host bound to and used in URLs.</summary>
    public string TargetHost { get; set; } = "localhost";

    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol.ToString().ToLowerInvariant());
        set => _transport = value;
    }

    /// <summary>Whether it is meant for users, outside the application.</summary>
    public bool IsExternal { get; set; }

    public bool IsProxied { get; set; }

    /// <summary>Where it is in this run; null before the start.</summary>
    public AllocatedEndpoint? AllocatedEndpoint { get; set; }

    /// <summary>The HTTPS address that a launch profile stands for when it is published: TLS ends before it, so the project gets no port for it.</summary>
    internal bool IsProfileHttps { get; init; }

    /// <summary>Set when a variable of the user's choice carries the port, so that ASPNETCORE_URLS need not.</summary>
    internal string? TargetPortEnvironmentVariable { get; set; }
}
