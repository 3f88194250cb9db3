using System.Globalization;
using Devex.Contracts;
using Devex.Contracts.Snapshots;

namespace Devex.Core.Snapshots;

/// <summary>Object keys of snapshots. Ids and hashes have no slash and no dot, so that no key can leave its prefix.</summary>
internal static class SnapshotKeys
{
    /// <summary>Highest number of a root.</summary>
    public const long MostRoots = Newest - 1;

    private const long Newest = 9_999_999_999;

    public static string Roots(UserId owner, ReplId id) => $"users/{owner}/repls/{id}/roots/";

    /// <summary>Counts down, so that a listing begins with the newest.</summary>
    public static string Root(UserId owner, ReplId id, long number) =>
        Roots(owner, id) + (Newest - number).ToString("D10", CultureInfo.InvariantCulture);

    public static string Rescues(UserId owner, ReplId id) => $"users/{owner}/repls/{id}/rescues/";

    /// <summary>The last state of a superseded incarnation, by the number that its root would have had.</summary>
    public static string Rescue(UserId owner, ReplId id, long number, string incarnation) =>
        Rescues(owner, id) + (Newest - number).ToString("D10", CultureInfo.InvariantCulture) + "-" + incarnation;

    public static long RootNumber(string key) => Newest - long.Parse(key.AsSpan(key.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);

    public static string Object(UserId owner, SnapshotObjectKind kind, SnapshotScope scope, string hash)
    {
        var prefix = scope == SnapshotScope.Template ? "templates" : $"users/{owner}";
        return kind == SnapshotObjectKind.Pack ? $"{prefix}/packs/{hash}" : $"{prefix}/pages/{hash}";
    }

    /// <summary>The snapshot of a template's files, by their hash.</summary>
    public static string Template(string contentHash) => $"templates/snapshots/{contentHash}";
}
