using System.Security.Claims;
using Devex.Contracts.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Devex.Core.Keys;

/// <summary>Checks the HS256 assertions with which Web and Gateway speak to Core (docs/protocol.md).</summary>
internal sealed class ServiceAssertions(CoreKeys keys, TimeProvider time)
{
    /// <summary>A service may not give itself more time than the protocol does; twice as much allows for clocks.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(120);

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly SymmetricSecurityKey _web = new(keys.Web);
    private readonly SymmetricSecurityKey _gateway = new(keys.Gateway);

    /// <summary>The claims of a valid assertion for one of <see cref="Audiences.Web"/>, Peer and Gateway, else null.</summary>
    public async Task<ClaimsIdentity?> VerifyAsync(string token, string audience)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAudience = audience,
            ValidateIssuer = false,
            IssuerSigningKey = audience == Audiences.Gateway ? _gateway : _web,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            LifetimeValidator = (_, expires, _, _) => expires is { } end && IsNow(end),
        });
        return result.IsValid ? result.ClaimsIdentity : null;
    }

    private bool IsNow(DateTime end)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return end > now && end <= now + LongestLife;
    }
}
