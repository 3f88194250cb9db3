using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Orchestration;

/// <summary>
/// Runs a part: <c>--resource core,web</c> starts these, and the embedded servers that they need. The rest can be started later, from
/// the dashboard; who waits for it does not.
/// </summary>
internal static class Selection
{
    public const string Key = "resource";

    /// <exception cref="DistributedApplicationException">A name is none of a resource that runs.</exception>
    public static void Apply(string? names, IReadOnlyCollection<IResource> processes)
    {
        if (string.IsNullOrWhiteSpace(names))
        {
            return;
        }

        var chosen = names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name =>
            processes.FirstOrDefault(resource => string.Equals(resource.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new DistributedApplicationException(
                $"--resource names '{name}', but there are only {string.Join(", ", processes.Select(resource => resource.Name))}.")).ToHashSet();
        chosen.UnionWith(chosen.SelectMany(Needed).ToArray());
        foreach (var resource in processes)
        {
            if (!chosen.Contains(resource))
            {
                resource.Annotations.Add(new ExplicitStartupAnnotation());
                continue;
            }

            foreach (var wait in resource.Annotations.OfType<WaitAnnotation>().Where(wait => processes.Contains(wait.Resource) && !chosen.Contains(wait.Resource)).ToArray())
            {
                resource.Annotations.Remove(wait);
            }
        }
    }

    private static IEnumerable<IResource> Needed(IResource resource) => resource.Annotations.OfType<ResourceRelationshipAnnotation>()
        .Select(relationship => relationship.Resource).OfType<ContainerResource>().SelectMany(container => Needed(container).Append(container));
}
