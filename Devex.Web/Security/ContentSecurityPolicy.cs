using System.Security.Cryptography;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;

namespace Devex.Web.Security;

/// <summary>
/// The policy of every page: scripts of our own and those with the request's nonce (the import map), connections, frames and forms to our own
/// hosts only, no framing. Styles may be inline, because component libraries set them; styles run nothing.
/// </summary>
internal static class ContentSecurityPolicy
{
    private const string NonceItem = "devex.csp-nonce";

    /// <summary>The nonce of this request, 128 random bits.</summary>
    public static string CspNonce(this HttpContext context)
    {
        if (context.Items[NonceItem] is string nonce)
            return nonce;
        nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        context.Items[NonceItem] = nonce;
        return nonce;
    }

    public static void UseContentSecurityPolicy(this WebApplication app)
    {
        var hosts = app.Services.GetRequiredService<IOptions<HostsOptions>>().Value;
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "same-origin";
                headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin-allow-popups");
                if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true && !headers.ContainsKey("Content-Security-Policy"))
                    headers.ContentSecurityPolicy = Build(hosts, context.CspNonce());
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    /// <summary>The header's value. Wildcards stand for one host per REPL and port below our own base names.</summary>
    internal static string Build(HostsOptions hosts, string nonce)
    {
        var repl = Below(hosts.Repl);
        var preview = Below(hosts.Preview);
        var socket = repl.Replace("http", "ws", StringComparison.Ordinal);
        var self = hosts.WebOrigin.Replace("http", "ws", StringComparison.Ordinal);
        return string.Join("; ",
            "default-src 'self'",
            $"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self' 'unsafe-inline'",
            $"img-src 'self' data: blob: {hosts.Avatars.GetLeftPart(UriPartial.Authority)} {repl}",
            "font-src 'self' data:",
            $"connect-src 'self' {self} {repl} {socket}",
            $"frame-src {preview}",
            $"form-action 'self' {preview}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "frame-ancestors 'none'");
    }

    private static string Below(Uri url) => $"{url.Scheme}://*.{url.Authority}";
}
