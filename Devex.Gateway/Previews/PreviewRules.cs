using System.Globalization;
using Devex.Contracts;
using Devex.ServiceDefaults.Hosts;

namespace Devex.Gateway.Previews;

/// <summary>Which requests with a valid cookie go through: pure, by design.md "Private previews".</summary>
internal static class PreviewRules
{
    /// <summary>Whether this request could have been forged by another site, and so is refused in spite of its cookie.</summary>
    public static bool IsForged(HttpRequest request, HostsOptions hosts, ReplId id, string ownOrigin, bool isWebSocket)
    {
        string? origin = request.Headers.Origin;
        if (isWebSocket)
            return origin != ownOrigin;
        string? site = request.Headers["Sec-Fetch-Site"];
        if (site is not ("cross-site" or "same-site"))
            return false;
        var navigation = HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate";
        return !navigation && !IsSibling(origin, hosts, id);
    }

    /// <summary>Whether an origin is a preview of the same REPL on any port.</summary>
    public static bool IsSibling(string? origin, HostsOptions hosts, ReplId id) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var url)
        && hosts.TryParsePreview(url.Authority, out var repl, out var port)
        && repl == id.ToString()
        && origin == hosts.PreviewOrigin(repl, port);

    /// <summary>The page of Web that brings members in.</summary>
    public static string MembersWay(this HostsOptions hosts, ReplId id, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{hosts.WebOrigin}/preview/{id}/{port}");

    /// <summary>Whether a browser is about to show the answer as a page.</summary>
    public static bool IsNavigation(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Headers["Sec-Fetch-Mode"] == "navigate"
            || (!request.Headers.ContainsKey("Sec-Fetch-Mode") && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)));
}
