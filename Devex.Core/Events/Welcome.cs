using Devex.Core.Access;
using Devex.Core.Identity;
using Microsoft.AspNetCore.Authentication;

namespace Devex.Core.Events;

/// <summary>Whether the credentials with which a connection was opened would still open it.</summary>
internal sealed class Welcome(UserDirectory users, AllowList allow, TimeProvider time)
{
    /// <param name="context">The request that opened the connection.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<bool> HoldsAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        if (await users.FindAsync(caller.User.Id, cancellationToken) is not { } user || !allow.Admits(user))
            return false;
        var now = time.GetUtcNow();
        if (caller.Scheme == Schemes.Token)
        {
            var hash = ApiTokens.Hash(context.Request.Headers.Authorization.ToString()["Bearer ".Length..]);
            return user.Tokens.Any(token => token.Hash == hash && token.ExpiresAt > now);
        }
        var expires = context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        return expires is not { } end || end > now;
    }
}
