using System.Globalization;

namespace Devex.Web.Dashboard;

/// <summary>Times as people say them.</summary>
internal static class Ages
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
}
