namespace Devex.Core.Identity;

/// <summary>
/// A cookie that is Secure on plain HTTP too. The antiforgery service refuses <c>CookieSecurePolicy.Always</c> on a request without TLS,
/// although browsers take Secure cookies from localhost, and behind Web every hop to Core is without TLS.
/// </summary>
internal sealed class SecureCookie : CookieBuilder
{
    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        options.Secure = true;
        return options;
    }
}
