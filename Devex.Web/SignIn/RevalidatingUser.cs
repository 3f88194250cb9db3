using Devex.Web.CoreApi;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Devex.Web.SignIn;

/// <summary>Asks Core each minute whether the circuit's user is still welcome; a suspended user loses the circuit.</summary>
internal sealed class RevalidatingUser(ILoggerFactory loggers, CoreHttp core) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (authenticationState.User.Identity?.IsAuthenticated != true)
            return true;
        try
        {
            return await core.IsWelcomeAsync(authenticationState.User, cancellationToken);
        }
        catch (HttpRequestException)
        {
            // Core being away says nothing about the user.
            return true;
        }
    }
}
