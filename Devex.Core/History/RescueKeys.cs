using System.Globalization;
using Devex.Contracts;

namespace Devex.Core.History;

/// <summary>Where the last state of a writer that was shut out is kept: <c>rescues/{9999999999 - n}-{incarnation}</c>.</summary>
internal static class RescueKeys
{
    private const long Newest = 9_999_999_999;

    public static string Prefix(UserId owner, ReplId id) => $"users/{owner}/repls/{id}/rescues/";

    public static string Key(UserId owner, ReplId id, long number, string incarnation) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(owner, id)}{Newest - number:D10}-{incarnation}");

    /// <summary>The restore point's id by its key; null when the key is of something else.</summary>
    public static string? Id(string key)
    {
        var name = key[(key.LastIndexOf('/') + 1)..];
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash == 10 && long.TryParse(name[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var rest)
            ? string.Create(CultureInfo.InvariantCulture, $"r{Newest - rest}-{name[(dash + 1)..]}")
            : null;
    }
}
