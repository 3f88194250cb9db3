using System.Globalization;
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
        var callbackContext = new EnvironmentCallbackContext(context.ExecutionContext!, resource, [], cancellation);
        if (resource is ProjectResource project)
        {
            projects.AddTo(project, callbackContext.EnvironmentVariables);
        }

        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(callbackContext);
        }

        var result = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in callbackContext.EnvironmentVariables)
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
        var args = new List<object>();
        var callbackContext = new CommandLineArgsCallbackContext(args, resource, cancellation) { ExecutionContext = context.ExecutionContext! };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(callbackContext);
        }

        var result = new List<string>();
        foreach (var argument in args)
        {
            if (await ResolveAsync(argument, context, cancellation) is { } text)
            {
                result.Add(text);
            }
        }

        return result;
    }

    private static ValueTask<string?> ResolveAsync(object value, ValueProviderContext context, CancellationToken cancellation) => value switch
    {
        string text => new(text),
        IValueProvider provider => provider.GetValueAsync(context, cancellation),
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => provider.GetValueAsync(context, cancellation),
        _ => new(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };
}
