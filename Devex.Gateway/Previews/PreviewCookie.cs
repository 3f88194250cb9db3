using System.Globalization;
using Devex.Contracts;
using Devex.Contracts.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Devex.Gateway.Previews;

/// <summary>The cookie that lets a browser see one preview: an ES256 JWT by Core, bound to REPL and port, for a person or a link.</summary>
internal sealed class PreviewCookie(PreviewKeys keys)
{
    public const string Name = "__Host-devex-preview";

    private readonly JsonWebTokenHandler _handler = new();

    /// <summary>Whom the request's cookie stands for at this port, even when that is over; null without a cookie of ours for it.</summary>
    public async ValueTask<PreviewPass?> ReadAsync(HttpRequest request, ReplId id, int port, CancellationToken cancellationToken)
    {
        if (request.Cookies[Name] is not { Length: > 0 and < 4096 } token)
            return null;
        var (known, pass) = await ReadAsync(token, id, port, again: false, cancellationToken);
        return known ? pass : (await ReadAsync(token, id, port, again: true, cancellationToken)).Pass;
    }

    /// <summary>The Set-Cookie of a fresh sign-in. SameSite=None and Partitioned: it works inside a frame of Web and nowhere else across sites.</summary>
    public static string SetCookie(string value, DateTimeOffset expires) =>
        $"{Name}={value}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Expires={expires.UtcDateTime.ToString("R", CultureInfo.InvariantCulture)}";

    private async ValueTask<(bool KnownKey, PreviewPass? Pass)> ReadAsync(string token, ReplId id, int port, bool again, CancellationToken cancellationToken)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAudience = Audiences.Preview,
            ValidateIssuer = false,
            IssuerSigningKeys = await keys.GetAsync(again, cancellationToken),
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            // A link's visitor whose time is over is told so; the pass says when it is.
            LifetimeValidator = (_, expires, _, _) => expires is not null,
        });
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException)
            return (false, null);
        if (!result.IsValid || Claim("repl") != id.ToString() || Claim("port") != port.ToString(CultureInfo.InvariantCulture))
            return (true, null);
        var expiresAt = new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero);
        return (true, Claim("link") is { Length: > 0 } link ? new PreviewPass(null, link, expiresAt)
            : UserId.TryParse(Claim("sub"), out var user) ? new PreviewPass(user, null, expiresAt) : null);

        string? Claim(string name) => result.Claims.TryGetValue(name, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
    }
}
