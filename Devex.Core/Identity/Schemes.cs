namespace Devex.Core.Identity;

/// <summary>Authentication schemes.</summary>
internal static class Schemes
{
    /// <summary>Picks one of the others by what the request carries.</summary>
    public const string Any = "any";

    /// <summary>Also part of the cookie's protection, so that Web, which reads it, must use the same name.</summary>
    public const string Cookie = "devex";

    /// <summary><c>Bearer dvx_…</c></summary>
    public const string Token = "token";

    /// <summary>Web's assertion of the user.</summary>
    public const string Web = "web";

    /// <summary>The Gateway's own.</summary>
    public const string Gateway = "gateway";

    public const string GitHub = "github";

    /// <summary>The scheme for a request: a bearer of whatever kind never falls back to the cookie.</summary>
    public static string Select(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.Length == 0)
            return Cookie;
        if (authorization.StartsWith("Bearer " + ApiTokens.Prefix, StringComparison.OrdinalIgnoreCase))
            return Token;
        return context.Request.Path.StartsWithSegments("/internal/gateway") ? Gateway : Web;
    }
}
