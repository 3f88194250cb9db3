using System.Globalization;
using System.Net;

namespace Devex.Gateway.Previews;

/// <summary>The few pages that the Gateway shows itself. Nothing in them comes from a user but a port number.</summary>
internal static class PreviewPages
{
    /// <summary>The program does not listen (yet): the page tries again by itself.</summary>
    public static Task NothingListensAsync(HttpContext context, int port) => WriteAsync(
        context, StatusCodes.Status502BadGateway,
        string.Create(CultureInfo.InvariantCulture, $"Nothing listens on port {port} yet"),
        "Start your program in the REPL. This page tries again every 2 seconds.", refresh: true);

    public static Task NotRunningAsync(HttpContext context, string webOrigin) => WriteAsync(
        context, StatusCodes.Status404NotFound, "This REPL is not running",
        $"Start it from <a href=\"{WebUtility.HtmlEncode(webOrigin)}\">your dashboard</a>, then reload.", refresh: false);

    public static Task RefusedAsync(HttpContext context, int status, string title, string detail) => WriteAsync(context, status, title, detail, refresh: false);

    private static async Task WriteAsync(HttpContext context, int status, string title, string detail, bool refresh)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        if (refresh)
            context.Response.Headers["Refresh"] = "2";
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            $$"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{title}}</title>
            <style>:root{color-scheme:light dark}body{display:grid;place-content:center;min-height:90vh;margin:0;padding:24px;font:15px/1.5 system-ui,sans-serif;text-align:center}h1{font-size:20px;margin:0 0 8px}p{margin:0;opacity:.75}</style>
            </head><body><main><h1>{{title}}</h1><p>{{detail}}</p></main></body></html>
            """, context.RequestAborted);
    }
}
