using Devex.Core.Errors;

namespace Devex.Core.GitCredentials;

/// <summary>A repository of GitHub's, as its address names it.</summary>
internal sealed record GitHubRepository(string Owner, string Name)
{
    private const int MaxLength = 500;
    private const int MaxPart = 100;

    /// <summary>Part of the paths of GitHub's API; nothing in it needs escaping.</summary>
    public override string ToString() => $"{Owner}/{Name}";

    /// <summary>Parses <c>https://host/owner/name</c>, with or without <c>.git</c>.</summary>
    /// <exception cref="ApiProblem">400: it is of another host, or no repository's.</exception>
    public static GitHubRepository Parse(string? remote, string host)
    {
        if (remote is { Length: > 0 and <= MaxLength } && Uri.TryCreate(remote, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.UserInfo.Length == 0
            && url.Query.Length == 0 && url.Fragment.Length == 0 && string.Equals(url.Authority, host, StringComparison.OrdinalIgnoreCase)
            && url.AbsolutePath.Trim('/').Split('/') is [var owner, var last])
        {
            var name = last.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? last[..^4] : last;
            if (IsName(owner) && IsName(name))
                return new(owner, name);
        }
        throw ApiProblem.Invalid("remote", "gitCredentials.remote", $"Tokens are to be had for https://{host}/owner/repository alone. For others give your own user name and token.");
    }

    private static bool IsName(string part) =>
        part.Length is > 0 and <= MaxPart && part.Any(c => c != '.') && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
