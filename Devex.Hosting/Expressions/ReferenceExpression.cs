using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Text with holes that are filled by values at run time and by placeholders in a manifest. Written as an interpolated
/// string; a format of <c>uri</c> escapes a value for use in a URI.
/// </summary>
public partial class ReferenceExpression : IExpressionValue, IValueWithReferences
{
    private readonly string?[] _formats;
    private readonly (IValueProvider Condition, string Match, ReferenceExpression WhenTrue, ReferenceExpression WhenFalse)? _choice;

    private ReferenceExpression(string format, IValueProvider[] values, string[] expressions, string?[] formats)
    {
        Format = format;
        ValueProviders = values;
        ManifestExpressions = expressions;
        _formats = formats;
    }

    private ReferenceExpression(IValueProvider condition, string match, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
        : this("", [], [], []) => _choice = (condition, match, whenTrue, whenFalse);

    public static ReferenceExpression Empty { get; } = new("", [], [], []);

    /// <summary>A composite format string: <c>{0}</c> is the first value, literal braces are doubled.</summary>
    public string Format { get; }

    public IReadOnlyList<string> ManifestExpressions { get; }

    public IReadOnlyList<IValueProvider> ValueProviders { get; }

    /// <inheritdoc/>
    public string ValueExpression => _choice is null ? Expand((value, _) => ((IManifestExpressionProvider)value).ValueExpression) : $"{{{ChoiceName}.connectionString}}";

    IEnumerable<object> IValueWithReferences.References => _choice is { } choice
        ? [choice.Condition, choice.WhenTrue, choice.WhenFalse]
        : ValueProviders;

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.Build();

    /// <summary>One of two texts, chosen at run time by whether the condition's value equals <paramref name="matchValue"/> without regard to case.</summary>
    public static ReferenceExpression CreateConditional(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse) =>
        new(condition, matchValue, whenTrue, whenFalse);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => GetValueAsync(new ValueProviderContext(), cancellationToken);

    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        if (_choice is not null)
        {
            return await (await ChooseAsync(context, cancellationToken)).GetValueAsync(context, cancellationToken);
        }

        var values = new object?[ValueProviders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var value = await ValueProviders[i].GetValueAsync(context, cancellationToken);
            values[i] = _formats[i] == "uri" && value is not null ? Uri.EscapeDataString(value) : value;
        }

        return string.Format(CultureInfo.InvariantCulture, Format, values);
    }

    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        private readonly ReferenceExpressionBuilder _builder = new(literalLength + (3 * formattedCount));

        public readonly void AppendLiteral(string value) => _builder.AppendLiteral(value);

        public readonly void AppendFormatted(string? value) => _builder.AppendFormatted(value);

        public readonly void AppendFormatted(string? value, string? format) => _builder.AppendFormatted(value, format);

        public readonly void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider);

        public readonly void AppendFormatted<T>(T valueProvider, string? format)
            where T : IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider, format);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider.Resource);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format)
            where T : IResource, IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider.Resource, format);

        internal readonly ReferenceExpression Build() => _builder.Build();
    }

    /// <summary>What decides, for a choice; null for text with holes.</summary>
    internal IValueProvider? Choice => _choice?.Condition;

    /// <summary>
    /// The name under which a choice stands in a manifest: the condition's own name and the XxHash32 of condition, both texts and the match, so that
    /// the same choice has the same name everywhere.
    /// </summary>
    internal string ChoiceName
    {
        get
        {
            var (condition, match, whenTrue, whenFalse) = _choice!.Value;
            var expression = (condition as IManifestExpressionProvider)?.ValueExpression ?? condition.GetType().Name;
            var identity = Encoding.UTF8.GetBytes(expression + whenTrue.ValueExpression + whenFalse.ValueExpression + match);
            return $"cond-{NameOf(expression)}-{XxHash32.HashToUInt32(identity):x8}";
        }
    }

    /// <summary>An expression as part of a resource's name: letters and digits in lower case, all else as single hyphens.</summary>
    internal static string NameOf(string expression) => NoName().Replace(expression.ToLowerInvariant(), "-").Trim('-');

    /// <summary>The text with its holes filled by placeholders; literal braces stay doubled, to be told from them.</summary>
    internal string Expand(Func<IValueProvider, string?, string> placeholder) => string.Format(
        CultureInfo.InvariantCulture,
        Format.Replace("{{", "{{{{", StringComparison.Ordinal).Replace("}}", "}}}}", StringComparison.Ordinal),
        [.. ValueProviders.Select((value, i) => placeholder(value, _formats[i]))]);

    /// <summary>The text that a choice comes to.</summary>
    internal async ValueTask<ReferenceExpression> ChooseAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        var choice = _choice!.Value;
        var value = await choice.Condition.GetValueAsync(context, cancellationToken);
        return string.Equals(value, choice.Match, StringComparison.OrdinalIgnoreCase) ? choice.WhenTrue : choice.WhenFalse;
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NoName();

    internal static ReferenceExpression From(string format, List<(IValueProvider Value, string Expression, string? Format)> holes) => new(
        format, [.. holes.Select(hole => hole.Value)], [.. holes.Select(hole => hole.Expression)], [.. holes.Select(hole => hole.Format)]);
}
