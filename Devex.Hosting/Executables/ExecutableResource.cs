using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>A program that is neither a project nor a container.</summary>
    public class ExecutableResource(string name, string command, string workingDirectory) : Resource(name),
        IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IComputeResource
    {
        public string Command => command;

        public string WorkingDirectory => workingDirectory;
    }
}

namespace Aspire.Hosting
{
    public static class ExecutableResourceBuilderExtensions
    {
        /// <param name="builder">The application.</param>
        /// <param name="name">Name of the resource.</param>
        /// <param name="command">A path, or a name found by PATH.</param>
        /// <param name="workingDirectory">Relative to the AppHost's folder.</param>
        /// <param name="args">First arguments.</param>
        public static IResourceBuilder<ExecutableResource> AddExecutable(
            this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
            builder.AddExecutable(name, command, workingDirectory, (object[]?)args);

        public static IResourceBuilder<ExecutableResource> AddExecutable(
            this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params object[]? args)
        {
            ArgumentException.ThrowIfNullOrEmpty(command);
            var executable = builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory)));
            return args is null ? executable : executable.WithArgs(args);
        }
    }
}
