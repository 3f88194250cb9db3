using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A project the AppHost refers to; classes of this kind are generated as <c>Projects.*</c>.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>Absolute path of the project file.</summary>
    string ProjectPath { get; }

    LaunchSettings? LaunchSettings => null;

    bool SuppressBuild => false;

    bool IsFileBasedApp => false;
}

public class ProjectResourceOptions
{
    public string? LaunchProfileName { get; set; }

    public bool ExcludeLaunchProfile { get; set; }

    public bool ExcludeKestrelEndpoints { get; set; }
}

internal sealed record ProjectPathMetadata(string ProjectPath) : IProjectMetadata;
