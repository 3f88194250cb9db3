using System.Globalization;

namespace Devex.Core.History;

/// <summary>Ids of what was rescued, <c>r{n}-{incarnation}</c>, by its key <c>rescues/{9999999999 - n}-{incarnation}</c>.</summary>
internal static class RescueIds
{
    private const long Newest = 9_999_999_999;

    /// <summary>Null when the key is of something else.</summary>
    public static string? OfKey(string key)
    {
        var name = key[(key.LastIndexOf('/') + 1)..];
        return name.IndexOf('-', StringComparison.Ordinal) == 10 && long.TryParse(name[..10], NumberStyles.None, CultureInfo.InvariantCulture, out var rest)
            ? string.Create(CultureInfo.InvariantCulture, $"r{Newest - rest}{name[10..]}")
            : null;
    }
}
