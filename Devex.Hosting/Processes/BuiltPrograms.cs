using System.Reflection;
using Aspire.Hosting;

namespace Devex.Hosting.Processes;

/// <summary>
/// Finds the programs that were built with the AppHost. Its build writes their paths into its assembly as metadata
/// <c>devex:program:{project file}</c>.
/// </summary>
internal sealed class BuiltPrograms(Assembly? appHost)
{
    private const string Prefix = "devex:program:";
    private const string DashboardProject = "Devex.Dashboard";

    private readonly Dictionary<string, string> _targets = (appHost?.GetCustomAttributes<AssemblyMetadataAttribute>() ?? [])
        .Where(metadata => metadata.Key.StartsWith(Prefix, StringComparison.Ordinal) && metadata.Value is not null)
        .GroupBy(metadata => metadata.Key[Prefix.Length..], StringComparer.Ordinal)
        .ToDictionary(same => same.Key, same => same.Last().Value!, StringComparer.Ordinal);

    /// <exception cref="DistributedApplicationException">The project is not among those built with the AppHost.</exception>
    public BuiltProgram Project(string projectPath) => Program(_targets.GetValueOrDefault(Path.GetFullPath(projectPath)), Path.GetFileName(projectPath));

    public BuiltProgram Embedded(string name) =>
        Program(_targets.FirstOrDefault(target => Path.GetFileNameWithoutExtension(target.Key) == name).Value, name);

    public bool HasDashboard => File.Exists(DashboardTarget);

    public BuiltProgram Dashboard => Program(DashboardTarget, DashboardProject);

    private string? DashboardTarget => _targets.FirstOrDefault(target => Path.GetFileNameWithoutExtension(target.Key) == DashboardProject).Value;

    private static BuiltProgram Program(string? target, string what)
    {
        if (target is null || !File.Exists(target))
        {
            throw new DistributedApplicationException(
                $"There is no built program of {what}{(target is null ? "" : $" at {target}")}. Refer to it from the AppHost's project file and build that.");
        }

        var executable = Path.ChangeExtension(target, null);
        return Tools.Exist(executable) ? new(executable, []) : new("dotnet", [target]);
    }
}

internal sealed record BuiltProgram(string Program, IReadOnlyList<string> Arguments);
