using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Devex.Hosting.Projects;

/// <summary>The launch profile by which a project runs.</summary>
internal sealed record LaunchProfileChoice(string Name, LaunchProfile Profile) : IResourceAnnotation
{
    /// <summary>The named profile; else the AppHost's default, where the project has it; else the first of the kind <c>Project</c>.</summary>
    /// <exception cref="DistributedApplicationException">The named profile does not exist.</exception>
    public static LaunchProfileChoice? Of(IProjectMetadata project, ProjectResourceOptions options, IConfiguration configuration)
    {
        if (options.ExcludeLaunchProfile)
        {
            return null;
        }

        var profiles = LaunchSettings.Of(project)?.Profiles ?? [];
        if (options.LaunchProfileName is { } name)
        {
            return profiles.TryGetValue(name, out var named)
                ? new(name, named)
                : throw new DistributedApplicationException($"{project.ProjectPath} has no launch profile '{name}'; it has: {string.Join(", ", profiles.Keys)}.");
        }

        var preferred = configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"];
        if (preferred is not null && profiles.TryGetValue(preferred, out var same))
        {
            return new(preferred, same);
        }

        var first = profiles.FirstOrDefault(profile => string.Equals(profile.Value.CommandName, "Project", StringComparison.OrdinalIgnoreCase));
        return first.Key is null ? null : new(first.Key, first.Value);
    }
}
