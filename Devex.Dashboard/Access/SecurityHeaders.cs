using System.Security.Cryptography;

namespace Devex.Dashboard.Access;

/// <summary>The policy of every page: scripts of our own and those with the request's nonce (the import map), no framing, nothing from elsewhere.</summary>
internal static class SecurityHeaders
{
    private const string NonceItem = "devex.csp-nonce";
    private const int NonceBytes = 16;

    /// <summary>The nonce of this request, 128 random bits.</summary>
    public static string CspNonce(this HttpContext context)
    {
        if (context.Items[NonceItem] is not string nonce)
        {
            context.Items[NonceItem] = nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
        }

        return nonce;
    }

    public static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        // The token is in an address once; no other site learns it.
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = string.Join("; ",
            "default-src 'self'",
            $"script-src 'self' 'nonce-{context.CspNonce()}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            $"connect-src 'self' ws://{context.Request.Host.Value}",
            "form-action 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "frame-ancestors 'none'");
    }
}
