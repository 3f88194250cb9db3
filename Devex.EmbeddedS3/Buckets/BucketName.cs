using System.Text.RegularExpressions;
using Devex.EmbeddedS3.Errors;

namespace Devex.EmbeddedS3.Buckets;

/// <summary>S3's rules for bucket names; a valid one is also a safe name for a folder.</summary>
internal static partial class BucketName
{
    /// <exception cref="S3Exception">InvalidBucketName.</exception>
    public static void Check(string name)
    {
        if (!Valid().IsMatch(name) || name.Contains("..", StringComparison.Ordinal)) throw S3Error.InvalidBucketName.Exception(("BucketName", name));
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Valid();
}
