using System.Security.Claims;
using Devex.Contracts;
using Devex.Contracts.Api;

namespace Devex.Core.Identity;

/// <summary>Claims of a signed-in user, the same in cookie and assertion.</summary>
internal static class DevexClaims
{
    public const string Subject = "sub";
    public const string Login = "login";
    public const string Name = "name";
    public const string Avatar = "avatar";

    /// <summary>Of an API token: <see cref="TokenScope"/>.</summary>
    public const string Scope = "scope";

    public static ClaimsIdentity Identity(UserSummary user, string scheme)
    {
        var identity = new ClaimsIdentity(scheme, Name, roleType: null);
        identity.AddClaim(new Claim(Subject, user.Id.ToString()));
        identity.AddClaim(new Claim(Login, user.Login));
        identity.AddClaim(new Claim(Name, user.Name));
        if (user.AvatarUrl is { } avatar)
            identity.AddClaim(new Claim(Avatar, avatar));
        return identity;
    }

    public static UserId? UserOf(ClaimsPrincipal principal) =>
        UserId.TryParse(principal.FindFirst(Subject)?.Value, null, out var id) ? id : null;
}
