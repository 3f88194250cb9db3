using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Devex.Core.Keys;

/// <summary>Signs and checks the ES256 tokens of docs/protocol.md.</summary>
internal sealed class TokenSigner(CoreKeys keys, TimeProvider time)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    // The library's cache is static and by key id: it would hand a later instance with the same key a provider whose ECDsa is disposed.
    private readonly ECDsaSecurityKey _key = new(keys.Ticket) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };

    /// <summary>Makes a token for <paramref name="audience"/> that ends after <paramref name="lifetime"/>.</summary>
    public string Sign(string audience, TimeSpan lifetime, IDictionary<string, object> claims)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Audience = audience,
            IssuedAt = now,
            Expires = now + lifetime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>The claims of a valid, unexpired token for <paramref name="audience"/>, else null.</summary>
    public async Task<ClaimsIdentity?> VerifyAsync(string token, string audience)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAudience = audience,
            ValidateIssuer = false,
            IssuerSigningKey = _key,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            LifetimeValidator = (_, expires, _, _) => expires is { } end && end > time.GetUtcNow().UtcDateTime,
        });
        return result.IsValid ? result.ClaimsIdentity : null;
    }
}
