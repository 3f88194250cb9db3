using System.Globalization;
using Devex.Contracts;
using Devex.Contracts.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Devex.Gateway.Previews;

/// <summary>The cookie that lets a browser see one private preview: an ES256 JWT by Core, bound to REPL and port.</summary>
internal sealed class PreviewCookie(PreviewKeys keys, TimeProvider time)
{
    public const string Name = "__Host-devex-preview";

    private readonly JsonWebTokenHandler _handler = new();

    /// <summary>Whether the request may see this port.</summary>
    public async ValueTask<bool> AdmitsAsync(HttpRequest request, ReplId id, int port, CancellationToken cancellationToken)
    {
        if (request.Cookies[Name] is not { Length: > 0 and < 4096 } token)
            return false;
        return await IsValidAsync(token, id, port, again: false, cancellationToken) ?? await IsValidAsync(token, id, port, again: true, cancellationToken) ?? false;
    }

    /// <summary>The Set-Cookie of a fresh sign-in. SameSite=None and Partitioned: it works inside a frame of Web and nowhere else across sites.</summary>
    public static string SetCookie(string value, DateTimeOffset expires) =>
        $"{Name}={value}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Expires={expires.UtcDateTime.ToString("R", CultureInfo.InvariantCulture)}";

    /// <returns>Null when no known key signed it.</returns>
    private async ValueTask<bool?> IsValidAsync(string token, ReplId id, int port, bool again, CancellationToken cancellationToken)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAudience = Audiences.Preview,
            ValidateIssuer = false,
            IssuerSigningKeys = await keys.GetAsync(again, cancellationToken),
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            LifetimeValidator = (_, expires, _, _) => expires is { } end && end > time.GetUtcNow().UtcDateTime,
        });
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException)
            return null;
        return result.IsValid
            && Claim("repl") == id.ToString()
            && Claim("port") == port.ToString(CultureInfo.InvariantCulture);

        string? Claim(string name) => result.Claims.TryGetValue(name, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
    }
}
