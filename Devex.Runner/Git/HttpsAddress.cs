namespace Devex.Runner.Git;

/// <summary>An https address of a repository, as git names it to a credential helper.</summary>
/// <param name="Url">As git is given it.</param>
/// <param name="Host">With the port where it is not 443.</param>
/// <param name="Path">Decoded, without slashes around it.</param>
internal sealed record HttpsAddress(string Url, string Host, string Path)
{
    /// <summary>Null for every other address, and for paths.</summary>
    public static HttpsAddress? Parse(string url) =>
        url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            ? new(url, parsed.Authority, Uri.UnescapeDataString(parsed.AbsolutePath).Trim('/'))
            : null;

    /// <summary>Whether the request is this repository's: what is asked for another is answered with nothing.</summary>
    public bool IsOf(HelperRequest request) =>
        request.Protocol == "https" && request.Path == Path && Uri.TryCreate($"https://{request.Host}/", UriKind.Absolute, out var asked) && asked.Authority == Host;
}
