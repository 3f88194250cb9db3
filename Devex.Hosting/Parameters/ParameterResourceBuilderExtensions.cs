using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Parameters;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    /// <summary>A value from configuration <c>Parameters:{name}</c>, or one that was given on the dashboard to be kept.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddParameter(name, _ => builder.Configured(name) ?? builder.Kept(name) ?? throw Missing(name, "Parameters"), secret);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    /// <summary>A value made here, which configuration <c>Parameters:{name}</c> overrides.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false)
    {
        var parameter = builder.AddParameter(name, _ => builder.Configured(name) ?? valueGetter(), secret);
        parameter.Resource.Default = publishValueAsDefault ? new ConstantParameterDefault(valueGetter) : null;
        return parameter;
    }

    /// <param name="builder">The application.</param>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="value">Makes the value when configuration has none.</param>
    /// <param name="secret">Whether it is masked.</param>
    /// <param name="persist">Whether a made value is kept for later runs, in the data folder's <c>secrets.json</c>.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        var parameter = builder.AddParameter(
            name, otherwise => builder.Configured(name) ?? (persist && builder.ExecutionContext.IsRunMode
                ? builder.Services.Secrets().GetOrAdd($"Parameters:{name}", otherwise!.GetDefaultValue)
                : otherwise!.GetDefaultValue()), secret);
        parameter.Resource.Default = value;
        return parameter;
    }

    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder, string name, string configurationKey, bool secret = false) =>
        builder.AddParameter(name, _ => builder.Configuration[configurationKey]
            ?? throw new MissingParameterValueException($"The parameter '{name}' has no value. Set configuration '{configurationKey}'."), secret);

    public static IResourceBuilder<ParameterResource> WithDescription(
        this IResourceBuilder<ParameterResource> builder, string description, bool enableMarkdown = false) =>
        builder.WithAnnotation(new ParameterDescriptionAnnotation(description, enableMarkdown), ResourceAnnotationMutationBehavior.Replace);

    /// <summary>A connection string from configuration <c>ConnectionStrings:{name}</c>, for what is not part of this application.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null) =>
        builder.AddResource(new ConnectionStringParameterResource(
            name, _ => builder.Configuration.GetConnectionString(name) ?? throw Missing(name, "ConnectionStrings"), environmentVariableName));

    private static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, Func<ParameterDefault?, string> callback, bool secret) =>
        builder.AddResource(new ParameterResource(name, callback, secret));

    private static string? Configured(this IDistributedApplicationBuilder builder, string name) =>
        builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[$"Parameters:{name.Replace('-', '_')}"];

    private static string? Kept(this IDistributedApplicationBuilder builder, string name) =>
        builder.ExecutionContext.IsRunMode ? builder.Services.Secrets().Find($"Parameters:{name}") : null;

    private static MissingParameterValueException Missing(string name, string section) => new(
        $"The parameter '{name}' has no value. Give it one by `-- --{section}:{name}=VALUE` after `dotnet run`, "
        + $"by environment {section}__{name.Replace('-', '_')}, or in appsettings.json under \"{section}\".");
}
