using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Devex.Gateway.Previews;

/// <summary>What changes in headers between a preview's host and the program on <c>localhost</c>: pure functions.</summary>
internal static class PreviewHeaders
{
    /// <summary>Value of <c>X-Robots-Tag</c>: a preview is work under way, whoever its link finds.</summary>
    public const string Robots = "noindex, nofollow";

    /// <summary>The Cookie header without ours; null when nothing is left.</summary>
    public static string? WithoutOwnCookie(StringValues cookies)
    {
        var kept = cookies.SelectMany(header => (header ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(pair => !IsOurs(pair));
        var header = string.Join("; ", kept);
        return header.Length == 0 ? null : header;
    }

    /// <summary>
    /// Whether a Set-Cookie of the program reaches the browser: never one of Devex's names, and never one for a parent domain, which
    /// other REPLs share.
    /// </summary>
    public static bool MaySetCookie(string setCookie, string ownHost)
    {
        if (IsOurs(setCookie))
            return false;
        foreach (var attribute in setCookie.Split(';', StringSplitOptions.TrimEntries).Skip(1))
        {
            var equals = attribute.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !attribute.AsSpan(0, equals).Trim().Equals("domain", StringComparison.OrdinalIgnoreCase))
                continue;
            var domain = attribute.AsSpan(equals + 1).Trim().TrimStart('.');
            if (domain.Length > 0 && !domain.Equals(ownHost, StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return true;
    }

    /// <summary>A Location that names the program by localhost, as an address on the preview's origin; others as they are.</summary>
    public static string MapLocation(string location, int port, string ownOrigin)
    {
        foreach (var name in (ReadOnlySpan<string>)["localhost", "127.0.0.1", "[::1]"])
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"http://{name}:{port}");
            if (location.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && (location.Length == prefix.Length || location[prefix.Length] is '/' or '?' or '#'))
                return ownOrigin + location[prefix.Length..];
        }
        return location;
    }

    /// <summary>An Origin or Referer on the preview's origin, as one on the program's; others as they are.</summary>
    public static string MapOrigin(string value, int port, string ownOrigin) =>
        value.StartsWith(ownOrigin, StringComparison.OrdinalIgnoreCase) && (value.Length == ownOrigin.Length || value[ownOrigin.Length] == '/')
            ? string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}") + value[ownOrigin.Length..]
            : value;

    /// <summary>A Content-Security-Policy whose framing is Web's to decide.</summary>
    public static string FrameAncestors(string? policy, string webOrigin)
    {
        var kept = (policy ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(directive => !directive.StartsWith("frame-ancestors", StringComparison.OrdinalIgnoreCase));
        return string.Join("; ", kept.Append($"frame-ancestors 'self' {webOrigin}"));
    }

    private static bool IsOurs(string pair)
    {
        var name = pair.AsSpan();
        var equals = name.IndexOf('=');
        if (equals >= 0)
            name = name[..equals];
        return name.Trim().StartsWith("__Host-devex", StringComparison.OrdinalIgnoreCase);
    }
}
