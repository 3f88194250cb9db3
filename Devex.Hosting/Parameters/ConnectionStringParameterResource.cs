using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Parameters;

/// <summary>A connection string that is a parameter: whoever starts the application gives it.</summary>
internal sealed class ConnectionStringParameterResource : ParameterResource, IResourceWithConnectionString
{
    private readonly string? _variable;

    public ConnectionStringParameterResource(string name, Func<ParameterDefault?, string> callback, string? variable)
        : base(name, callback, secret: true)
    {
        IsConnectionString = true;
        _variable = variable;
    }

    public string? ConnectionStringEnvironmentVariable => _variable;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{new ParameterValue(this)}");

    /// <summary>The parameter as a value, without the detour through the connection string that is made of it.</summary>
    private sealed class ParameterValue(ParameterResource parameter) : IExpressionValue
    {
        public string ValueExpression => $"{{{parameter.Name}.value}}";

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => parameter.GetValueAsync(cancellationToken);
    }
}

internal sealed record ParameterDescriptionAnnotation(string Description, bool EnableMarkdown) : IResourceAnnotation;
