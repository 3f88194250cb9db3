using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Devex.ServiceDefaults.Tokens;

/// <summary>
/// Signs the HS256 tokens with which Web and Gateway speak to Core (docs/protocol.md), by a key that HKDF-SHA256 derives from a
/// shared secret, as Core derives it.
/// </summary>
public sealed class ServiceTokens
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;
    private readonly TimeProvider _time;

    /// <param name="secret">At least 32 characters.</param>
    /// <param name="purpose"><c>devex web assertion</c> or <c>devex gateway assertion</c>.</param>
    /// <param name="time">The clock of <c>iat</c> and <c>exp</c>.</param>
    /// <exception cref="InvalidOperationException">The secret is absent or too short.</exception>
    public ServiceTokens(string? secret, string purpose, TimeProvider time)
    {
        if (secret is not { Length: >= 32 })
            throw new InvalidOperationException($"The key of '{purpose}' (Keys:Web or Keys:Gateway) must be a secret of at least 32 characters.");
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: Encoding.UTF8.GetBytes(purpose));
        _credentials = new SigningCredentials(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256);
        _time = time;
    }

    /// <summary>A token for <paramref name="audience"/> that ends after 60 s.</summary>
    public string Sign(string audience, IDictionary<string, object> claims)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Audience = audience,
            IssuedAt = now,
            Expires = now + Lifetime,
            Claims = claims,
            SigningCredentials = _credentials,
        });
    }
}
