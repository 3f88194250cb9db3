using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Projects;

namespace Devex.Hosting.Environments;

/// <summary>Turns what was described about a resource into the strings its process gets.</summary>
internal static class Evaluation
{
    /// <summary>The variables a resource gets, in the order in which they were described.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="context">Whose values are asked for.</param>
    /// <param name="projects">Adds what every project gets before anything of the user's.</param>
    /// <param name="cancellation">Ends waiting for values.</param>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> EnvironmentAsync(
        IResource resource, ValueProviderContext context, ProjectEnvironment projects, CancellationToken cancellation)
    {
        var result = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in await DescribedEnvironmentAsync(resource, context.ExecutionContext!, projects, cancellation))
        {
            if (await ResolveAsync(value, context, cancellation) is { } text)
            {
                result.Add(new(name, text));
            }
        }

        return result;
    }

    public static async Task<IReadOnlyList<string>> ArgumentsAsync(IResource resource, ValueProviderContext context, CancellationToken cancellation)
    {
        var result = new List<string>();
        foreach (var argument in await DescribedArgumentsAsync(resource, context.ExecutionContext!, cancellation))
        {
            if (await ResolveAsync(argument, context, cancellation) is { } text)
            {
                result.Add(text);
            }
        }

        return result;
    }

    /// <summary>The variables as they were described, before their values are asked for.</summary>
    public static async Task<IReadOnlyDictionary<string, object>> DescribedEnvironmentAsync(
        IResource resource, DistributedApplicationExecutionContext execution, ProjectEnvironment projects, CancellationToken cancellation)
    {
        var context = new EnvironmentCallbackContext(execution, resource, [], cancellation);
        if (resource is ProjectResource project)
        {
            projects.AddTo(project, execution, context.EnvironmentVariables);
        }

        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    /// <summary>The arguments as they were described.</summary>
    public static async Task<IReadOnlyList<object>> DescribedArgumentsAsync(
        IResource resource, DistributedApplicationExecutionContext execution, CancellationToken cancellation)
    {
        var arguments = new List<object>();
        var context = new CommandLineArgsCallbackContext(arguments, resource, cancellation) { ExecutionContext = execution };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        return arguments;
    }

    private static ValueTask<string?> ResolveAsync(object value, ValueProviderContext context, CancellationToken cancellation) => value switch
    {
        string text => new(text),
        IValueProvider provider => provider.GetValueAsync(context, cancellation),
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => provider.GetValueAsync(context, cancellation),
        _ => new(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };
}
