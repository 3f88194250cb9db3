using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Dashboard;

/// <summary>A resource as the dashboard shows it.</summary>
internal static class ResourceView
{
    public static ResourceInfo Of(IResource resource, CustomResourceSnapshot? state) => new(resource.Name, Type(resource), state?.State ?? KnownResourceStates.NotStarted)
    {
        Health = state?.HealthStatus?.ToString(),
        Checks = state?.Checks ?? [],
        StartedAt = state?.StartTimeStamp,
        EndedAt = state?.StopTimeStamp,
        ExitCode = state?.ExitCode,
        ProcessId = state?.ProcessId,
        Failure = state?.Failure,
        Source = Source(resource),
        Links = Links(resource),
        Environment = [.. (state?.Launch?.Environment ?? []).Select(variable => new VariableInfo(variable.Key, variable.Value, state!.Launch!.Secrets.Contains(variable.Key)))],
        Properties = [.. Properties(resource, state)],
        References = [.. resource.Annotations.OfType<ResourceRelationshipAnnotation>().Where(related => related.Resource != resource)
            .Select(related => new ReferenceInfo(related.Resource.Name, related.Type)).Distinct()],
        Commands = [.. resource.Annotations.OfType<ResourceCommandAnnotation>().Select(command => new CommandInfo(command.Name, command.DisplayName, command.ConfirmationMessage))],
    };

    private static string Type(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ContainerResource => "Container",
        ExecutableResource => "Executable",
        _ => resource.GetType().Name,
    };

    private static string Source(IResource resource) => resource switch
    {
        ContainerResource when resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image) => image.Tag is null ? image.Image : $"{image.Image}:{image.Tag}",
        ExecutableResource executable => executable.Command,
        _ when resource.TryGetLastAnnotation<Aspire.Hosting.IProjectMetadata>(out var project) => Path.GetFileName(project.ProjectPath),
        _ => "",
    };

    /// <summary>What the AppHost names comes first; endpoints that are no web pages are shown as text by the dashboard.</summary>
    private static List<LinkInfo> Links(IResource resource)
    {
        var links = resource.Annotations.OfType<ResourceUrlAnnotation>().OrderByDescending(url => url.DisplayOrder ?? 0)
            .Select(url => new LinkInfo(url.Url, url.DisplayText ?? url.Url)).ToList();
        links.AddRange(resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.AllocatedEndpoint is not null)
            .Select(endpoint => new LinkInfo(endpoint.AllocatedEndpoint!.UriString, endpoint.Name)));
        return links;
    }

    private static IEnumerable<VariableInfo> Properties(IResource resource, CustomResourceSnapshot? state)
    {
        if (resource.TryGetLastAnnotation<Aspire.Hosting.IProjectMetadata>(out var project))
        {
            yield return new("Project", project.ProjectPath);
        }

        if (state?.Launch is { } launch)
        {
            yield return new("Program", launch.Program);
            yield return new("Arguments", string.Join(' ', launch.Arguments));
            yield return new("Working folder", launch.WorkingDirectory);
        }

        if (state?.ProcessId is { } process)
        {
            yield return new("Process", process.ToString(CultureInfo.InvariantCulture));
        }

        if (resource.TryGetLastAnnotation<ReplicaAnnotation>(out var replicas))
        {
            yield return new("Replicas", replicas.Replicas.ToString(CultureInfo.InvariantCulture));
        }
    }
}
