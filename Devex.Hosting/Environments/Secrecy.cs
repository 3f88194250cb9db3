using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Projects;

namespace Devex.Hosting.Environments;

/// <summary>Which variables are not shown unless asked for: those with a secret parameter in them, at whatever depth, and those named like one.</summary>
internal static class Secrecy
{
    private const int MaxDepth = 16;
    private static readonly string[] Telling = ["KEY", "SECRET", "PASSWORD", "TOKEN", "CREDENTIAL", "HEADERS", "CONNECTIONSTRINGS"];

    public static async Task<IReadOnlySet<string>> NamesAsync(
        IResource resource, DistributedApplicationExecutionContext execution, ProjectEnvironment projects, CancellationToken cancellation)
    {
        var described = await Evaluation.DescribedEnvironmentAsync(resource, execution, projects, cancellation);
        return described.Where(variable => IsSecret(variable.Value, 0) || IsTelling(variable.Key)).Select(variable => variable.Key).ToHashSet(StringComparer.Ordinal);
    }

    private static bool IsTelling(string name) => Telling.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsSecret(object value, int depth) => depth < MaxDepth && value switch
    {
        ParameterResource parameter => parameter.Secret,
        EndpointReference or EndpointReferenceExpression => false,
        IResourceBuilder<IResource> { Resource: { } resource } => IsSecret(resource, depth + 1),
        IValueWithReferences made => made.References.Any(part => IsSecret(part, depth + 1)),
        _ => false,
    };
}
