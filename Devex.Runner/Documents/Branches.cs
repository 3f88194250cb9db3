namespace Devex.Runner.Documents;

/// <summary>
/// Versions that cannot be mistaken for others. A version counts updates; when a document goes on from an older state than some
/// browser may have seen (a restored snapshot, a node that lost power), it counts on in the next branch, 10^10 further. So a
/// browser's version tells by itself whether it was lost here. JavaScript counts to 9 × 10^15.
/// </summary>
internal static class Branches
{
    public const long Size = 10_000_000_000;

    /// <summary>The same state as <paramref name="version"/>, in the next branch.</summary>
    public static long Next(long version) => version + Size;

    public static long Of(long version) => version / Size;
}
