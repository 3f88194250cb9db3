using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Builds a <see cref="ReferenceExpression"/> piece by piece.</summary>
public class ReferenceExpressionBuilder
{
    private readonly StringBuilder _format;
    private readonly List<(IValueProvider Value, string Expression, string? Format)> _holes = [];

    public ReferenceExpressionBuilder()
        : this(16)
    {
    }

    internal ReferenceExpressionBuilder(int capacity) => _format = new(capacity);

    public bool IsEmpty => _format.Length == 0;

    /// <summary>Appends an interpolated string; its handler writes into this builder.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "The handler's argument is this builder.")]
    public void Append([InterpolatedStringHandlerArgument("")] in ReferenceExpressionBuilderInterpolatedStringHandler handler) => _ = handler;

    public void AppendLiteral(string value) =>
        _format.Append(value.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    public void AppendFormatted(string? value) => AppendLiteral(value ?? "");

    public void AppendFormatted(string? value, string? format) => AppendLiteral(Formatted(value, format) ?? "");

    public void AppendFormatted<T>(T valueProvider)
        where T : IValueProvider, IManifestExpressionProvider => AppendFormatted(valueProvider, null);

    public void AppendFormatted<T>(T valueProvider, string? format)
        where T : IValueProvider, IManifestExpressionProvider
    {
        _format.Append(CultureInfo.InvariantCulture, $"{{{_holes.Count}}}");
        _holes.Add((valueProvider, valueProvider.ValueExpression, Known(format)));
    }

    public ReferenceExpression Build() => IsEmpty ? ReferenceExpression.Empty : ReferenceExpression.From(_format.ToString(), _holes);

    private static string? Formatted(string? value, string? format) => Known(format) == "uri" && value is not null ? Uri.EscapeDataString(value) : value;

    private static string? Known(string? format) => format is null or "" or "uri"
        ? format
        : throw new FormatException($"'{format}' is no format of a reference expression; 'uri' is.");

    [InterpolatedStringHandler]
    public ref struct ReferenceExpressionBuilderInterpolatedStringHandler(int literalLength, int formattedCount, ReferenceExpressionBuilder builder)
    {
        internal readonly int Length => literalLength + formattedCount;

        public readonly void AppendLiteral(string value) => builder.AppendLiteral(value);

        public readonly void AppendFormatted(string? value) => builder.AppendFormatted(value);

        public readonly void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => builder.AppendFormatted(valueProvider);

        public readonly void AppendFormatted<T>(T valueProvider, string? format)
            where T : IValueProvider, IManifestExpressionProvider => builder.AppendFormatted(valueProvider, format);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => builder.AppendFormatted(valueProvider.Resource);
    }
}
