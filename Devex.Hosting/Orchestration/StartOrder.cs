using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Orchestration;

/// <summary>Who waits for whom, at the start and, the other way round, at the stop.</summary>
internal static class StartOrder
{
    /// <exception cref="DistributedApplicationException">Resources wait for each other in a circle; the message names it.</exception>
    public static void RefuseCircles(IEnumerable<IResource> resources)
    {
        var done = new HashSet<IResource>();
        foreach (var resource in resources)
        {
            Visit(resource, [], done);
        }
    }

    /// <summary>
    /// What must have ended before the resource may: those that wait for it, directly or through others; and before an
    /// embedded server everything else, for whoever refers to it may write to it until its own end.
    /// </summary>
    public static IEnumerable<IResource> EndBefore(IResource resource, IReadOnlyCollection<IResource> all) => all.Where(other => other != resource
        && (WaitsFor(other, resource) || (resource is ContainerResource && other is not ContainerResource && !WaitsFor(resource, other))));

    private static bool WaitsFor(IResource waiting, IResource dependency) => waiting.Annotations.OfType<WaitAnnotation>()
        .Any(wait => wait.Resource == dependency || WaitsFor(wait.Resource, dependency));

    private static void Visit(IResource resource, List<IResource> path, HashSet<IResource> done)
    {
        if (path.Contains(resource))
        {
            throw new DistributedApplicationException(
                $"These resources wait for each other: {string.Join(" → ", path.SkipWhile(other => other != resource).Append(resource).Select(other => other.Name))}.");
        }

        if (done.Contains(resource))
        {
            return;
        }

        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
        {
            Visit(wait.Resource, [.. path, resource], done);
        }

        done.Add(resource);
    }
}
