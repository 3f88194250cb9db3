namespace Devex.Core.Identity;

/// <summary>Where to go after signing in: a path of ours, or the start page. Nothing a link says leads elsewhere.</summary>
internal static class ReturnUrl
{
    public const string Home = "/";

    private const int MaxLength = 2048;

    /// <summary>
    /// The path as given when it is certainly local, else <c>/</c>. Certain means: visible ASCII alone, one slash in front, and neither
    /// there nor behind any percent-encoding a second slash, a backslash, an <c>@</c> or a control character.
    /// </summary>
    public static string Parse(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength } || !IsLocal(text))
            return Home;
        // Some reader on the way may decode once more than we do.
        var decoded = text;
        for (var i = 0; i < 3; i++)
        {
            var next = Uri.UnescapeDataString(decoded);
            if (next == decoded)
                return text;
            if (!IsLocalDecoded(next))
                return Home;
            decoded = next;
        }
        return Home;
    }

    private static bool IsLocal(string text) => IsLocalDecoded(text) && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static bool IsLocalDecoded(string text) =>
        text[0] == '/' && (text.Length == 1 || text[1] != '/') && !text.AsSpan().ContainsAny('\\', '@') && !text.Any(char.IsControl);

    /// <summary>The sign-in page, which says what went wrong and leads on to where somebody wanted to go.</summary>
    /// <param name="error">One of the page's words.</param>
    /// <param name="back">Any text; a path of Devex's own is kept.</param>
    public static string OfFailure(string error, string? back) =>
        Parse(back) is var path && path == Home ? $"/signin?error={error}" : $"/signin?error={error}&returnUrl={Uri.EscapeDataString(path)}";
}
