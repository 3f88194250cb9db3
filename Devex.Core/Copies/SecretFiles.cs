using System.Text;
using System.Text.RegularExpressions;
using Devex.Snapshots.Entries;

namespace Devex.Core.Copies;

/// <summary>Files that look as if they held a secret. It finds what is common and misses what is not: people are told, nothing is left out.</summary>
internal static partial class SecretFiles
{
    /// <summary>Larger files are judged by name alone.</summary>
    public const int MaxBytes = 256 * 1024;

    public static bool HasName(SnapshotPath path)
    {
        var name = SnapshotPath.Escape(path.Name);
        return Names().IsMatch(name) && !Examples().IsMatch(name);
    }

    public static bool HasContent(ReadOnlySpan<byte> content) =>
        content.Length <= MaxBytes && !content.Contains((byte)0) && Contents().IsMatch(Encoding.Latin1.GetString(content));

    [GeneratedRegex(
        @"^(\.env(\..+)?|id_(rsa|dsa|ecdsa|ed25519)|\.npmrc|\.netrc|\.pypirc|\.pgpass|\.htpasswd|\.git-credentials|\.dockercfg|credentials(\.\w+)?|secrets?\.\w+|service-?account.*\.json|terraform\.tfstate.*|.+\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Names();

    [GeneratedRegex(@"\.(example|sample|template|dist)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Examples();

    [GeneratedRegex(
        @"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{20}|\bxox[abprs]-[A-Za-z0-9-]{10}|\bsk_live_[A-Za-z0-9]{16}|\bAIza[0-9A-Za-z_-]{35}|\bdvx_[a-z]+-",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Contents();
}
