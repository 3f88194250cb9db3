using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Devex.Core.Identity;

/// <summary>Authenticates <c>Bearer dvx_…</c> by the hashes in its owner's record.</summary>
internal sealed class ApiTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, UserDirectory users)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var token = Request.Headers.Authorization.ToString()["Bearer ".Length..];
        if (ApiTokens.UserOf(token) is not { } id || await users.FindAsync(id, Context.RequestAborted) is not { } user)
            return AuthenticateResult.Fail("The token is not valid.");
        var hash = Encoding.ASCII.GetBytes(ApiTokens.Hash(token));
        var found = user.Tokens.FirstOrDefault(known => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(known.Hash), hash));
        if (found is null || found.ExpiresAt <= TimeProvider.GetUtcNow())
            return AuthenticateResult.Fail("The token is not valid.");
        var identity = DevexClaims.Identity(user.Summary, Scheme.Name);
        identity.AddClaim(new Claim(DevexClaims.Scope, found.Scope.ToString()));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}
