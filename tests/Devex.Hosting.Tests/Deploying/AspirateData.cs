namespace Devex.Hosting.Tests.Deploying;

/// <summary>What Aspir8 gives its templates for one resource. Templates write the names in camel case; the engine finds them in any.</summary>
internal sealed record AspirateData
{
    public string Name { get; init; } = "";

    public string? Namespace { get; init; }

    public bool IsProject { get; init; }

    public string? ContainerImage { get; init; }

    public string ImagePullPolicy { get; init; } = "IfNotPresent";

    public string ServiceType { get; init; } = "ClusterIP";

    public string? Entrypoint { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];

    public Dictionary<string, string> Env { get; init; } = [];

    public Dictionary<string, string> Annotations { get; init; } = [];

    public IReadOnlyList<AspiratePort> Ports { get; init; } = [];

    public IReadOnlyList<AspirateVolume> Volumes { get; init; } = [];

    public IReadOnlyList<string> Manifests { get; init; } = [];

    public bool WithNamespace => Namespace is not null;

    public bool WithPrivateRegistry { get; init; }

    public bool HasArgs => Args.Count > 0;

    public bool HasAnyEnv => Env.Count > 0;

    public bool HasAnyAnnotations => Annotations.Count > 0;

    /// <summary>Never here: secrets are switched off, and come from a Secret of our own.</summary>
    public bool HasAnySecrets { get; init; }

    public bool HasPorts => Ports.Count > 0;

    public bool HasVolumes => Volumes.Count > 0;
}

/// <summary><see cref="ExternalPort"/> is 0 where the manifest names none.</summary>
internal sealed record AspiratePort(string Name, int InternalPort, int ExternalPort);

internal sealed record AspirateVolume(string Name, string Target);
