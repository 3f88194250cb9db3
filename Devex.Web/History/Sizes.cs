using System.Globalization;

namespace Devex.Web.History;

/// <summary>Sizes as people say them.</summary>
internal static class Sizes
{
    /// <summary>E.g. <c>512 B</c>, <c>3.2 KB</c>, <c>12 MB</c>.</summary>
    public static string Of(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1000 && unit < 3; unit++)
            value /= 1000;
        var format = unit == 0 || value >= 10 ? "0" : "0.#";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {(unit switch { 0 => "B", 1 => "KB", 2 => "MB", _ => "GB" })}";
    }
}
