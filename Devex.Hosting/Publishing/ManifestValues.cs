using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Publishing;

/// <summary>
/// Values as they stand in a manifest, <c>{resource.path}</c>, and what must stand there because some value names it: parameters that are no resource
/// of the model, escaped forms of values, and choices.
/// </summary>
internal sealed class ManifestValues
{
    private readonly Dictionary<string, ParameterResource> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _escaped = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReferenceExpression> _choices = new(StringComparer.Ordinal);
    // A resource's connection string names its endpoints, which name the resource.
    private readonly HashSet<IResource> _mentioned = [];

    /// <summary>Parameters that were named, by name, in the order of their first mention.</summary>
    public IReadOnlyCollection<ParameterResource> Parameters => _parameters.Values;

    /// <summary>Name and value of each <c>annotated.string</c> that was named; its filter is <c>uri</c>.</summary>
    public IReadOnlyDictionary<string, string> Escaped => _escaped;

    public IReadOnlyDictionary<string, ReferenceExpression> Choices => _choices;

    /// <param name="value">A string, a value provider, or a builder of a resource that is one.</param>
    public string Text(object value)
    {
        switch (value)
        {
            case string text:
                return text;
            case IResourceBuilder<IResource> builder:
                return Text(builder.Resource);
            case ReferenceExpression { Choice: null } expression:
                return expression.Expand(Hole);
            case ReferenceExpression choice:
                _choices.TryAdd(choice.ChoiceName, choice);
                return choice.ValueExpression;
            case IManifestExpressionProvider provider:
                Mention(provider);
                return provider.ValueExpression;
            default:
                return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }
    }

    private string Hole(IValueProvider value, string? format)
    {
        var text = Text(value);
        if (format is not "uri")
        {
            return text;
        }

        var name = $"{(value as IResource)?.Name ?? ReferenceExpression.NameOf(text)}-uri-encoded";
        _escaped.TryAdd(name, text);
        return $"{{{name}.value}}";
    }

    private void Mention(object value)
    {
        if (value is IResource resource && !_mentioned.Add(resource))
        {
            return;
        }

        if (value is ParameterResource parameter)
        {
            _parameters.TryAdd(parameter.Name, parameter);
        }
        else if (value is ReferenceExpression expression)
        {
            Text(expression);
        }
        else if (value is IValueWithReferences { References: var references })
        {
            foreach (var reference in references)
            {
                Mention(reference);
            }
        }
    }
}
