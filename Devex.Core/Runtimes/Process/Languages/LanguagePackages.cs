using System.Security.Cryptography;
using System.Text;

namespace Devex.Core.Runtimes.Process.Languages;

/// <summary>Sets of npm packages with language servers, pinned by the lock files of this folder, as built into Core.</summary>
internal static class LanguagePackages
{
    private const string Prefix = "languages/";

    /// <summary>Names of sets.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(LanguagePackages).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith("/package.json", StringComparison.Ordinal))
            .Select(name => name.Split('/')[1]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Changes with any lock file, so that each version has a folder of its own.</summary>
    public static string Key { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(All.Select(set => Read(set, "package-lock.json"))))))[..16];

    /// <summary><c>package.json</c> or <c>package-lock.json</c> of a set.</summary>
    public static string Read(string set, string file) => EmbeddedScript.Read($"{Prefix}{set}/{file}");
}
