using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A service that somebody else runs.</summary>
public sealed class ExternalServiceResource : Resource
{
    internal ExternalServiceResource(string name, Uri? uri, ParameterResource? parameter)
        : base(name)
    {
        Uri = uri;
        UrlParameter = parameter;
    }

    public Uri? Uri { get; }

    public ParameterResource? UrlParameter { get; }

    internal ReferenceExpression UrlExpression => UrlParameter is { } parameter
        ? ReferenceExpression.Create($"{parameter}")
        : ReferenceExpression.Create($"{Uri!.ToString()}");

    internal async ValueTask<string> SchemeAsync(EnvironmentCallbackContext context)
    {
        if (Uri is not null)
        {
            return Uri.Scheme;
        }

        if (context.ExecutionContext.IsPublishMode)
        {
            return "default";
        }

        var text = await UrlParameter!.GetValueAsync(context.CancellationToken);
        return ExternalServiceBuilderExtensions.Check(Name, text).Scheme;
    }
}

public static class ExternalServiceBuilderExtensions
{
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, string url) =>
        builder.AddResource(new ExternalServiceResource(name, Check(name, url), null));

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, Uri uri) =>
        builder.AddResource(new ExternalServiceResource(name, Check(name, uri.OriginalString), null));

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> urlParameter) =>
        builder.AddResource(new ExternalServiceResource(name, null, urlParameter.Resource));

    internal static Uri Check(string name, string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" && uri.Fragment.Length == 0
            ? uri
            : throw new ArgumentException($"The address of '{name}' is '{url}'; it must be absolute and have no path but /.", nameof(url));
}
