using System.Globalization;
using Devex.Core.Errors;

namespace Devex.Core.Previews;

/// <summary>A port as in host names: ASCII digits without a leading zero, 1 to 65535.</summary>
internal static class PreviewPort
{
    /// <exception cref="ApiProblem">400: it is anything else.</exception>
    public static int Parse(string text) =>
        text is { Length: > 0 } && text[0] != '0' && text.All(char.IsAsciiDigit)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port
            : throw ApiProblem.Invalid("port", "preview.port", "A port is a number from 1 to 65535.");
}
