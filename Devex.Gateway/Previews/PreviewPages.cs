using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace Devex.Gateway.Previews;

/// <summary>The few pages that the Gateway shows itself. Nothing in them comes from a user but a port number.</summary>
internal static class PreviewPages
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'";

    /// <summary>The program does not listen (yet): the page tries again by itself.</summary>
    public static Task NothingListensAsync(HttpContext context, int port) => WriteAsync(
        context, StatusCodes.Status502BadGateway,
        string.Create(CultureInfo.InvariantCulture, $"Nothing listens on port {port} yet"),
        "Start your program in the REPL. This page tries again every 2 seconds.", refresh: 2);

    public static Task NotRunningAsync(HttpContext context, string webOrigin) => WriteAsync(
        context, StatusCodes.Status404NotFound, "This REPL is not running",
        $"Start it from <a href=\"{WebUtility.HtmlEncode(webOrigin)}\">your dashboard</a>, then reload.");

    /// <summary>The same for a visitor by link, who has no dashboard.</summary>
    public static Task NotRunningForGuestAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status404NotFound, "This page is not running at the moment",
        "Whoever gave you the link can start it. This page tries again every 10 seconds.", refresh: 10);

    /// <summary>One page for links that are wrong, revoked and over: which it is, is the owner's business.</summary>
    public static Task LinkOverAsync(HttpContext context, string membersWay) => WriteAsync(
        context, StatusCodes.Status403Forbidden, "This link does not open anything",
        $"It has ended, was taken back, or is not complete. Ask whoever gave it to you for a new one, or {WithAccount(membersWay)}.");

    /// <summary>The link may well be good; the time that it was opened for is over.</summary>
    public static Task VisitOverAsync(HttpContext context, string membersWay) => WriteAsync(
        context, StatusCodes.Status403Forbidden, "Open the link again", $"A visit by link lasts at most 12 hours. You can also {WithAccount(membersWay)}.");

    /// <summary>The page of a link: its script takes the secret from behind the #, where no server sees it, and posts it to the entrance.</summary>
    public static Task LinkAsync(HttpContext context)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        return WriteAsync(
            context, StatusCodes.Status200OK, "Opening…",
            $$"""
            <noscript>Links need JavaScript.</noscript>
            <form method="post" action="{{PreviewEntrance.Path}}"><input type="hidden" name="link"></form>
            <script nonce="{{nonce}}">
            const link = location.hash.slice(1), form = document.forms[0];
            history.replaceState(null, "", location.pathname);
            form.elements.link.value = link || "none";
            form.submit();
            </script>
            """,
            policy: $"{Policy}; script-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    }

    public static Task RefusedAsync(HttpContext context, int status, string title, string detail) => WriteAsync(context, status, title, detail);

    /// <summary>Who has access to the REPL may have come by its link before.</summary>
    private static string WithAccount(string membersWay) => $"<a href=\"{WebUtility.HtmlEncode(membersWay)}\">open it with your account</a>";

    private static async Task WriteAsync(HttpContext context, int status, string title, string detail, int refresh = 0, string policy = Policy)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = policy;
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers["X-Robots-Tag"] = PreviewHeaders.Robots;
        if (refresh > 0)
            context.Response.Headers["Refresh"] = refresh.ToString(CultureInfo.InvariantCulture);
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            $$"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{title}}</title>
            <style>:root{color-scheme:light dark}body{display:grid;place-content:center;min-height:90vh;margin:0;padding:24px;font:15px/1.5 system-ui,sans-serif;text-align:center}h1{font-size:20px;margin:0 0 8px}main>div{opacity:.75}</style>
            </head><body><main><h1>{{title}}</h1><div>{{detail}}</div></main></body></html>
            """, context.RequestAborted);
    }
}
