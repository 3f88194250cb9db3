using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Environments;
using Devex.Hosting.Projects;

namespace Devex.Hosting.Publishing;

/// <summary>
/// The manifest of Aspire 13.5, in its order: the model's resources, then parameters, escaped strings and choices that only values name. Replicas,
/// waits, health checks and addresses have no place in it. Its schema is json.schemastore.org/aspire-8.0.json.
/// </summary>
/// <param name="json">Where it is written.</param>
/// <param name="folder">The manifest's own folder; all paths are relative to it.</param>
/// <param name="execution">Publishing.</param>
/// <param name="projects">Adds what every project gets.</param>
internal sealed class ManifestWriter(Utf8JsonWriter json, string folder, DistributedApplicationExecutionContext execution, ProjectEnvironment projects)
{
    private readonly ManifestValues _values = new();

    public async Task WriteAsync(IResourceCollection resources, CancellationToken cancellation)
    {
        json.WriteStartObject();
        json.WriteStartObject("resources");
        foreach (var resource in resources.Where(resource => !resource.Annotations.OfType<ExcludeFromManifestAnnotation>().Any()))
        {
            await ResourceAsync(resource, cancellation);
        }

        foreach (var parameter in _values.Parameters.Where(parameter => !resources.Contains(parameter)))
        {
            ManifestParameter.Write(json, parameter);
        }

        foreach (var (name, value) in _values.Escaped)
        {
            json.WriteStartObject(name);
            json.WriteString("type", "annotated.string");
            json.WriteString("value", value);
            json.WriteString("filter", "uri");
            json.WriteEndObject();
        }

        foreach (var (name, choice) in _values.Choices)
        {
            json.WriteStartObject(name);
            json.WriteString("type", "value.v0");
            json.WriteString("connectionString", _values.Text(await choice.ChooseAsync(new() { ExecutionContext = execution }, cancellation)));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private async Task ResourceAsync(IResource resource, CancellationToken cancellation)
    {
        switch (resource)
        {
            case ParameterResource parameter:
                ManifestParameter.Write(json, parameter);
                break;
            case ProjectResource project:
                json.WriteStartObject(project.Name);
                json.WriteString("type", "project.v0");
                json.WriteString("path", Relative(project.Annotations.OfType<IProjectMetadata>().Last().ProjectPath));
                await ProgramAsync(project, shell: false, cancellation);
                json.WriteEndObject();
                break;
            case ContainerResource container:
                json.WriteStartObject(container.Name);
                await ContainerAsync(container, cancellation);
                json.WriteEndObject();
                break;
            case ExecutableResource executable:
                json.WriteStartObject(executable.Name);
                json.WriteString("type", "executable.v0");
                json.WriteString("workingDirectory", Relative(executable.WorkingDirectory));
                json.WriteString("command", executable.Command);
                await ProgramAsync(executable, shell: false, cancellation);
                json.WriteEndObject();
                break;
            case IResourceWithConnectionString connection:
                json.WriteStartObject(connection.Name);
                json.WriteString("type", "value.v0");
                json.WriteString("connectionString", _values.Text(connection.ConnectionStringExpression));
                json.WriteEndObject();
                break;
            default:
                // An external service is its address, which stands where it is used.
                break;
        }
    }

    private async Task ContainerAsync(ContainerResource container, CancellationToken cancellation)
    {
        var build = container.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var annotation) ? annotation : null;
        json.WriteString("type", build is null ? "container.v0" : "container.v1");
        if (container is IResourceWithConnectionString connection)
        {
            json.WriteString("connectionString", _values.Text(connection.ConnectionStringExpression));
        }

        if (build is not null)
        {
            Build(build);
        }
        else if (container.TryGetLastAnnotation<ContainerImageAnnotation>(out var image))
        {
            json.WriteString("image", image.FullName);
        }

        if (container.Entrypoint is { } entrypoint)
        {
            json.WriteString("entrypoint", entrypoint);
        }

        await ProgramAsync(container, container.ShellExecution ?? false, cancellation);
    }

    private void Build(DockerfileBuildAnnotation build)
    {
        json.WriteStartObject("build");
        json.WriteString("context", Relative(build.ContextPath));
        json.WriteString("dockerfile", Relative(build.DockerfilePath));
        if (build.Stage is { } stage)
        {
            json.WriteString("stage", stage);
        }

        if (build.BuildArguments.Count > 0)
        {
            json.WriteStartObject("args");
            foreach (var (name, value) in build.BuildArguments)
            {
                json.WriteString(name, value is null ? null : _values.Text(value));
            }

            json.WriteEndObject();
        }

        if (build.BuildSecrets.Count > 0)
        {
            json.WriteStartObject("secrets");
            foreach (var (name, value) in build.BuildSecrets)
            {
                json.WriteStartObject(name);
                json.WriteString("type", "env");
                json.WriteString("value", _values.Text(value));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Arguments, mounts, environment and endpoints.</summary>
    /// <param name="resource">A project, container or executable.</param>
    /// <param name="shell">Whether the arguments are one command line for <c>sh -c</c>.</param>
    /// <param name="cancellation">Ends callbacks.</param>
    private async Task ProgramAsync(IResource resource, bool shell, CancellationToken cancellation)
    {
        var arguments = (await Evaluation.DescribedArgumentsAsync(resource, execution, cancellation)).Select(_values.Text).ToArray();
        if (arguments.Length > 0)
        {
            json.WriteStartArray("args");
            foreach (var argument in shell ? ["-c", string.Join(' ', arguments)] : arguments)
            {
                json.WriteStringValue(argument);
            }

            json.WriteEndArray();
        }

        ManifestMounts.Write(json, resource, Relative);
        var variables = await Evaluation.DescribedEnvironmentAsync(resource, execution, projects, cancellation);
        if (variables.Count > 0)
        {
            json.WriteStartObject("env");
            foreach (var (name, value) in variables)
            {
                json.WriteString(name, _values.Text(value));
            }

            json.WriteEndObject();
        }

        ManifestBindings.Write(json, resource);
    }

    private string Relative(string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');
}
