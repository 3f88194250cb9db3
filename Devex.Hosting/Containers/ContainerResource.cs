namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container, which this implementation runs as an embedded server if it knows its image.</summary>
public class ContainerResource(string name, string? entrypoint = null) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IComputeResource
{
    public string? Entrypoint { get; set; } = entrypoint;

    /// <summary>Whether its arguments are one command line for the shell that is its entry point.</summary>
    public bool? ShellExecution { get; set; }
}

public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    public string? Registry { get; set; }

    public required string Image { get; set; }

    public string? Tag { get; set; }

    public string? SHA256 { get; set; }

    /// <summary><c>registry/image:tag</c>, or <c>registry/image@sha256:digest</c>.</summary>
    internal string FullName
    {
        get
        {
            var name = Registry is { Length: > 0 } registry ? $"{registry}/{Image}" : Image;
            return SHA256 is { Length: > 0 } digest ? $"{name}@sha256:{digest}" : Tag is { Length: > 0 } tag ? $"{name}:{tag}" : name;
        }
    }
}

public enum ContainerMountType
{
    BindMount,
    Volume,
}

/// <summary>A folder that outlives the container: a named volume, or one of the host's.</summary>
public sealed class ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly) : IResourceAnnotation
{
    public string? Source => source;

    public string Target => target;

    public ContainerMountType Type => type;

    public bool IsReadOnly => isReadOnly;
}

public enum ContainerLifetime
{
    Session,
    Persistent,
}

public enum ImagePullPolicy
{
    Default,
    Always,
    Missing,
    Never,
}

public sealed class ContainerLifetimeAnnotation : IResourceAnnotation
{
    public required ContainerLifetime Lifetime { get; set; }
}

public sealed class ContainerNameAnnotation : IResourceAnnotation
{
    public required string Name { get; set; }
}

public sealed class ContainerImagePullPolicyAnnotation : IResourceAnnotation
{
    public required ImagePullPolicy ImagePullPolicy { get; set; }
}
