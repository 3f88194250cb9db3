using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Processes;

namespace Devex.Hosting.Rebuilding;

/// <summary>Builds the project of one resource anew, in the configuration of the AppHost, with the output in the resource's console.</summary>
internal sealed class ProjectBuild(ConsoleLog log, Assembly? appHost)
{
    private const int ErrorsShown = 8;

    private readonly string _configuration = appHost?.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration is { Length: > 0 } name ? name : "Debug";

    /// <returns>Null when it was built, else the compiler's errors.</returns>
    public async Task<string?> RunAsync(IResource resource, IProjectMetadata project, CancellationToken cancellation)
    {
        var errors = new List<string>();
        log.Add(resource.Name, resource.Name, $"builds {project.ProjectPath}", fromHost: true);
        try
        {
            using var build = await ChildProcess.StartAsync(
                new("dotnet", ["build", project.ProjectPath, "--no-restore", "-nologo", "-v", "minimal", "-tl:off", "-c", _configuration],
                    Path.GetDirectoryName(project.ProjectPath)!, [], Signal.Terminate), OnLine);
            await using var kill = cancellation.Register(build.KillAll);
            return await build.Exited == 0 ? null : errors.Count == 0 ? "dotnet build failed; the console tells why." : string.Join('\n', errors);
        }
        catch (DistributedApplicationException failure)
        {
            return failure.Message;
        }

        void OnLine(string line)
        {
            log.Add(resource.Name, resource.Name, line, fromHost: false);
            if (line.Contains(": error ", StringComparison.Ordinal))
            {
                lock (errors)
                {
                    if (errors.Count < ErrorsShown && !errors.Contains(line.Trim()))
                    {
                        errors.Add(line.Trim());
                    }
                }
            }
        }
    }
}
