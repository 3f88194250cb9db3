using System.Diagnostics.CodeAnalysis;
using Devex.Core.Errors;

namespace Devex.Core.Imports.Git;

/// <summary>Where a repository is: scheme, host, port and path, and nothing that a program could take for anything else.</summary>
internal sealed record GitAddress(Uri Url)
{
    private const int MaxLength = 1000;
    private const int MaxName = 48;

    /// <summary>After the last part of the path.</summary>
    public string Name
    {
        get
        {
            var last = Uri.UnescapeDataString(Url.AbsolutePath.TrimEnd('/').Split('/')[^1]);
            last = last.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? last[..^4] : last;
            return last.Length > MaxName ? last[..MaxName] : last;
        }
    }

    /// <summary>Without a slash at its end.</summary>
    public override string ToString() => Url.AbsoluteUri.TrimEnd('/');

    /// <summary>Parses what a person typed or a link brought; without a scheme it is taken for <c>https</c>.</summary>
    /// <exception cref="ApiProblem">400 that says what is wrong with it.</exception>
    public static GitAddress Parse(string? text, bool loopback) =>
        TryParse(text?.Trim(), loopback, out var address, out var why) ? address : throw ApiProblem.Invalid("url", "import.git.url", why);

    public static bool TryParse(string? text, bool loopback, [NotNullWhen(true)] out GitAddress? address, out string why)
    {
        address = null;
        why = "Give the https address of a public repository, such as https://example.org/somebody/project.";
        if (text is not { Length: > 0 and <= MaxLength } || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\'))
            return false;
        if (!text.Contains("://", StringComparison.Ordinal) && !text.Contains('@', StringComparison.Ordinal) && text[0] is not ('-' or '/' or '.'))
            text = "https://" + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 || url.Host.EndsWith('.') || url.AbsolutePath.Trim('/').Length == 0)
            return false;
        if (url.UserInfo.Length > 0 || text.Contains('@', StringComparison.Ordinal))
        {
            why = "The address must not hold a name or password. Only public repositories are imported; use git in a REPL's terminal for others.";
            return false;
        }
        if (url.Query.Length > 0 || url.Fragment.Length > 0 || text.Contains('?', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal))
        {
            why = "The address must end with the repository's path, without ? or #.";
            return false;
        }
        if (url.Scheme != Uri.UriSchemeHttps && !(loopback && url.Scheme == Uri.UriSchemeHttp))
        {
            why = "Only https addresses are imported.";
            return false;
        }
        // What git is given is what was resolved and checked: two ways to write one name must not become two names.
        if (url.HostNameType == UriHostNameType.Dns)
            url = new UriBuilder(url) { Host = url.IdnHost }.Uri;
        address = new GitAddress(url);
        return true;
    }
}
