using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Devex.Dashboard.Access;

/// <summary>
/// This run's token, and the cookie that a browser gets for it: derived from the token, so that a dashboard that starts again knows its
/// tabs, and named after the port, since cookies of localhost are shared by all ports.
/// </summary>
internal sealed class BrowserToken
{
    private readonly byte[] _token;
    private readonly string _cookie;
    private readonly string _value;

    public BrowserToken(string token, int port)
    {
        _token = Encoding.UTF8.GetBytes(token);
        _cookie = string.Create(CultureInfo.InvariantCulture, $"devex-dashboard-{port}");
        _value = Convert.ToHexStringLower(HMACSHA256.HashData(_token, "cookie"u8));
    }

    /// <returns>Whether the token is right; then the answer carries the cookie.</returns>
    public bool LogIn(HttpContext context, string shown)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), _token))
        {
            return false;
        }

        context.Response.Cookies.Append(_cookie, _value, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true });
        return true;
    }

    public bool IsLoggedIn(HttpContext context) => context.Request.Cookies[_cookie] is { } value
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(_value));
}
