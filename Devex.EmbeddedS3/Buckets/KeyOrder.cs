namespace Devex.EmbeddedS3.Buckets;

/// <summary>The order of keys in listings: that of their UTF-8 bytes.</summary>
internal sealed class KeyOrder : IComparer<string>
{
    public static readonly KeyOrder Instance = new();

    /// <remarks>
    /// UTF-16 units compare like UTF-8 bytes but for one case: surrogates (U+10000 and above) come after U+E000 to U+FFFF.
    /// </remarks>
    public int Compare(string? x, string? y)
    {
        var length = Math.Min(x!.Length, y!.Length);
        for (var i = 0; i < length; i++)
        {
            var (a, b) = (x[i], y[i]);
            if (a == b) continue;
            return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b)
                : char.IsSurrogate(a) && b >= '\uE000' ? 1
                : char.IsSurrogate(b) && a >= '\uE000' ? -1
                : a.CompareTo(b);
        }

        return x.Length.CompareTo(y.Length);
    }
}
