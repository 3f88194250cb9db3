using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>The container's image is built from a Dockerfile, which only a container engine does.</summary>
    public class DockerfileBuildAnnotation(string contextPath, string? dockerfilePath, string? stage) : IResourceAnnotation
    {
        public string ContextPath => contextPath;

        public string DockerfilePath => dockerfilePath ?? Path.Combine(contextPath, "Dockerfile");

        public string? Stage => stage;

        public Dictionary<string, object?> BuildArguments { get; } = [];

        public Dictionary<string, object> BuildSecrets { get; } = [];
    }
}

namespace Aspire.Hosting
{
    public static class DockerfileBuilderExtensions
    {
        /// <param name="builder">The application.</param>
        /// <param name="name">Name of the resource, and of the image.</param>
        /// <param name="contextPath">Relative to the AppHost's folder.</param>
        /// <param name="dockerfilePath">Relative to the context; default <c>Dockerfile</c>.</param>
        /// <param name="stage">The stage to build; null for the last.</param>
        public static IResourceBuilder<ContainerResource> AddDockerfile(
            this IDistributedApplicationBuilder builder, string name, string contextPath, string? dockerfilePath = null, string? stage = null) =>
            builder.AddContainer(name, name).WithDockerfile(contextPath, dockerfilePath, stage);

        public static IResourceBuilder<T> WithDockerfile<T>(
            this IResourceBuilder<T> builder, string contextPath, string? dockerfilePath = null, string? stage = null)
            where T : ContainerResource
        {
            var context = Path.GetFullPath(contextPath, builder.ApplicationBuilder.AppHostDirectory);
            return builder.WithAnnotation(
                new DockerfileBuildAnnotation(context, dockerfilePath is null ? null : Path.GetFullPath(dockerfilePath, context), stage),
                ResourceAnnotationMutationBehavior.Replace);
        }

        /// <exception cref="InvalidOperationException">The container is not built from a Dockerfile.</exception>
        public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, object? value)
            where T : ContainerResource
        {
            builder.Build().BuildArguments[name] = value;
            return builder;
        }

        /// <inheritdoc cref="WithBuildArg{T}(IResourceBuilder{T}, string, object?)"/>
        public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value)
            where T : ContainerResource => builder.WithBuildArg(name, (object)value.Resource);

        /// <inheritdoc cref="WithBuildArg{T}(IResourceBuilder{T}, string, object?)"/>
        public static IResourceBuilder<T> WithBuildSecret<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value)
            where T : ContainerResource
        {
            builder.Build().BuildSecrets[name] = value.Resource;
            return builder;
        }

        private static DockerfileBuildAnnotation Build<T>(this IResourceBuilder<T> builder)
            where T : ContainerResource => builder.Resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build)
                ? build
                : throw new InvalidOperationException($"The container '{builder.Resource.Name}' is not built here; call WithDockerfile first.");
    }
}
