using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.DataFolders;
using Devex.Hosting.Processes;

namespace Devex.Hosting.EmbeddedServers;

/// <summary>Which program stands in for a container, and how it is started.</summary>
/// <param name="Image">The image's name without registry and tag.</param>
/// <param name="Program">The project whose program it is.</param>
/// <param name="EndpointName">The endpoint it serves.</param>
/// <param name="DataTarget">The folder inside the container that holds its data.</param>
/// <param name="Arguments">Its arguments for a port and a data folder.</param>
internal sealed record EmbeddedServer(
    string Image, string Program, string EndpointName, string DataTarget, Func<int, string, string[]> Arguments)
{
    private static readonly EmbeddedServer[] Known =
    [
        new("library/redis", "Devex.EmbeddedRedis", "tcp", "/data", (port, data) =>
            ["--port", port.ToString(CultureInfo.InvariantCulture), "--data", data]),
        new("localstack/localstack", "Devex.EmbeddedS3", "http", "/var/lib/localstack", (port, data) =>
            ["--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--data", data]),
    ];

    /// <exception cref="DistributedApplicationException">No program stands in for this image.</exception>
    public static EmbeddedServer For(ContainerResource container)
    {
        if (container.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build))
        {
            throw new DistributedApplicationException(
                $"The container '{container.Name}' is built from {build.DockerfilePath}, which needs a container engine: start with -p:AppHost=aspire.");
        }

        var image = container.TryGetLastAnnotation<ContainerImageAnnotation>(out var annotation) ? annotation.Image : "";
        return Known.FirstOrDefault(server => server.Image == image) ?? throw new DistributedApplicationException(
            $"The container '{container.Name}' has the image '{image}', which cannot run here: without a container engine there are programs for "
            + $"{string.Join(" and ", Known.Select(server => server.Image))} only. With -p:AppHost=aspire and a container engine any image runs.");
    }

    public Launch ToLaunch(
        ContainerResource container, BuiltPrograms programs, DataFolder folder, IReadOnlyList<KeyValuePair<string, string>> environment)
    {
        var endpoint = container.Annotations.OfType<EndpointAnnotation>().SingleOrDefault(endpoint => endpoint.Name == EndpointName)
            ?? throw new DistributedApplicationException($"The container '{container.Name}' needs an endpoint '{EndpointName}'.");
        var data = Data(container, folder);
        Directory.CreateDirectory(data);
        var program = programs.Embedded(Program);
        return new(program.Program, [.. program.Arguments, .. Arguments(endpoint.AllocatedEndpoint!.Port, data)], data, environment, Signal.Terminate);
    }

    private string Data(ContainerResource container, DataFolder folder)
    {
        var mount = container.Annotations.OfType<ContainerMountAnnotation>().LastOrDefault(mount => mount.Target == DataTarget);
        return mount switch
        {
            { Type: ContainerMountType.BindMount, Source: { } source } => source,
            { Source: { } name } => folder.Volume(name),
            _ => folder.Volume($"{container.Name}-unnamed"),
        };
    }
}
