using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Projects;
using Microsoft.Extensions.Configuration;

namespace Devex.Hosting.Publishing;

/// <summary>Writes the manifest, which deployment tools such as Aspir8 read. Nothing is started and no parameter needs a value.</summary>
internal sealed class ManifestPublisher(
    IResourceCollection resources, DistributedApplicationExecutionContext execution, ProjectEnvironment projects, IConfiguration configuration, IAppConsole console)
{
    /// <exception cref="DistributedApplicationException">The command line asks for something else, or the file cannot be written.</exception>
    public async Task PublishAsync(CancellationToken cancellation)
    {
        var path = PublishOptions.Read(configuration).ManifestPath;
        using var manifest = new MemoryStream();
        await using (var json = new Utf8JsonWriter(manifest, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            await new ManifestWriter(json, Path.GetDirectoryName(path)!, execution, projects).WriteAsync(resources, cancellation);
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, manifest.ToArray(), cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The manifest cannot be written to {path}: {failure.Message}", failure);
        }

        console.Say($"The manifest is in {path}");
    }
}
