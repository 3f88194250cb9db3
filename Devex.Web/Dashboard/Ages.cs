using System.Globalization;
using System.Text.RegularExpressions;

namespace Devex.Web.Dashboard;

/// <summary>Times as people say them.</summary>
internal static partial class Ages
{
    /// <summary>E.g. <c>just now</c>, <c>5 min ago</c>, <c>3 h ago</c>, <c>yesterday</c>, <c>12 days ago</c>, then the date.</summary>
    public static string Of(DateTimeOffset then, DateTimeOffset now)
    {
        var age = now - then;
        return age.TotalMinutes < 1 ? "just now"
            : age.TotalHours < 1 ? $"{(int)age.TotalMinutes} min ago"
            : age.TotalDays < 1 ? $"{(int)age.TotalHours} h ago"
            : age.TotalDays < 2 ? "yesterday"
            : age.TotalDays < 30 ? $"{(int)age.TotalDays} days ago"
            : then.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
    }

    /// <summary>Words of Core's, whose times are exact, with short ones: <c>14:30 UTC</c> for one of today, or <c>4 Mar, 23:59 UTC</c>.</summary>
    public static string Shorten(string words, DateTimeOffset now) => ExactTime().Replace(words, match =>
        DateTimeOffset.TryParseExact(match.Value, "u", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then)
            ? then.ToString(then.Date == now.UtcDateTime.Date ? "HH:mm 'UTC'" : "d MMM, HH:mm 'UTC'", CultureInfo.InvariantCulture)
            : match.Value);

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}Z\b", RegexOptions.CultureInvariant)]
    private static partial Regex ExactTime();
}
