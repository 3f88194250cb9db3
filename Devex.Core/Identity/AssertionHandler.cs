using System.Security.Claims;
using System.Text.Encodings.Web;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Devex.Core.Identity;

/// <summary>Authenticates <c>Bearer</c> assertions of Web and Gateway; the scheme's name says whose.</summary>
internal sealed class AssertionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ServiceAssertions assertions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        // Writers of snapshots carry tokens that the session listener checks itself.
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || Request.Path.StartsWithSegments("/internal/sessions"))
            return AuthenticateResult.NoResult();
        var audience = Scheme.Name == Schemes.Gateway ? Audiences.Gateway : Audiences.Web;
        if (await assertions.VerifyAsync(header[Bearer.Length..], audience) is not { } identity)
            return AuthenticateResult.Fail("The assertion is not valid.");
        var known = new ClaimsIdentity(identity.Claims, Scheme.Name, DevexClaims.Name, roleType: null);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(known), Scheme.Name));
    }
}
