using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.Extensions.Options;

namespace Devex.Core.Identity;

/// <summary>
/// OAuth with GitHub by ASP.NET Core's own handler: state bound to a cookie of the browser that began, PKCE, one callback address.
/// Who somebody is, is GitHub's numeric id and nothing else.
/// </summary>
internal sealed class GitHubSignIn(IOptions<AuthOptions> auth, AllowList allow) : IConfigureNamedOptions<OAuthOptions>
{
    public const string CallbackPath = "/auth/github/callback";

    /// <summary>The sign-in page's word for it.</summary>
    public const string NoStorage = "storageAway";

    private const string NotAllowed = "notAllowed";

    public void Configure(OAuthOptions options) => Configure(Schemes.GitHub, options);

    public void Configure(string? name, OAuthOptions options)
    {
        var gitHub = auth.Value.GitHub;
        options.ClientId = gitHub.ClientId!;
        options.ClientSecret = gitHub.ClientSecret!;
        options.AuthorizationEndpoint = gitHub.AuthorizationEndpoint;
        options.TokenEndpoint = gitHub.TokenEndpoint;
        options.UserInformationEndpoint = gitHub.UserEndpoint;
        options.CallbackPath = CallbackPath;
        options.SignInScheme = Schemes.Cookie;
        options.UsePkce = true;
        if (allow.AsksForOrganizations)
            options.Scope.Add("read:org");
        options.CorrelationCookie.Name = "__Host-devex-oauth.";
        options.CorrelationCookie.Path = "/";
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.Always;
        options.Events.OnCreatingTicket = CreateTicketAsync;
        options.Events.OnRemoteFailure = FailAsync;
        options.Events.OnAccessDenied = context =>
        {
            context.HandleResponse();
            context.Response.Redirect(ReturnUrl.OfFailure("denied", context.Properties?.RedirectUri));
            return Task.CompletedTask;
        };
    }

    private static Task FailAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        var error = Failures(context.Failure).Select(failure => failure switch
        {
            AuthenticationFailureException { Message: NotAllowed or NoStorage } => failure.Message,
            HttpRequestException or TaskCanceledException => "gitHubAway",
            _ => null,
        }).FirstOrDefault(word => word is not null);
        // What was thrown on the way has lost where its person wanted to go.
        var begun = context.Properties ?? ((OAuthOptions)context.Options).StateDataFormat.Unprotect(context.Request.Query["state"]);
        context.Response.Redirect(ReturnUrl.OfFailure(error ?? "failed", begun?.RedirectUri));
        return Task.CompletedTask;
    }

    private static IEnumerable<Exception> Failures(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            yield return failure;
    }

    private async Task CreateTicketAsync(OAuthCreatingTicketContext context)
    {
        using var profile = await AskAsync(context, context.Options.UserInformationEndpoint)
            ?? throw new AuthenticationFailureException("GitHub did not say who signed in.");
        var user = Read(profile.RootElement);
        if (!await allow.AdmitsAsync(user, (organization, team) => IsMemberAsync(context, user.Login, organization, team)))
            throw new AuthenticationFailureException(NotAllowed);
        var users = context.HttpContext.RequestServices.GetRequiredService<UserDirectory>();
        try
        {
            await users.SignedInAsync(user, allow.Fingerprint, context.HttpContext.RequestAborted);
        }
        catch (Exception e) when (StorageAway.Is(e))
        {
            throw new AuthenticationFailureException(NoStorage, e);
        }
        context.Principal = new ClaimsPrincipal(DevexClaims.Identity(user, Schemes.Cookie));
        context.Properties.IsPersistent = true;
    }

    private static UserSummary Read(JsonElement profile)
    {
        var id = profile.GetProperty("id").GetInt64();
        var login = Text(profile, "login") ?? id.ToString(CultureInfo.InvariantCulture);
        var avatar = Uri.TryCreate(Text(profile, "avatar_url"), UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri.AbsoluteUri : null;
        return new UserSummary(UserId.GitHub(id), login, Text(profile, "name") ?? login, avatar);
    }

    private static string? Text(JsonElement profile, string name)
    {
        if (!profile.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return null;
        var text = new string([.. value.GetString()!.Where(c => !char.IsControl(c)).Take(200)]).Trim();
        return text.Length == 0 ? null : text;
    }

    private static async Task<bool> IsMemberAsync(OAuthCreatingTicketContext context, string login, string organization, string? team)
    {
        var api = context.Options.UserInformationEndpoint[..context.Options.UserInformationEndpoint.LastIndexOf('/')];
        using var membership = await AskAsync(context, team is null
            ? $"{api}/user/memberships/orgs/{organization}"
            : $"{api}/orgs/{organization}/teams/{team}/memberships/{Uri.EscapeDataString(login)}");
        return membership?.RootElement.GetProperty("state").GetString() == "active";
    }

    /// <summary>Null for 403 and 404: not a member, or not to be seen.</summary>
    private static async Task<JsonDocument?> AskAsync(OAuthCreatingTicketContext context, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Devex", "1"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.AccessToken);
        using var response = await context.Backchannel.SendAsync(request, context.HttpContext.RequestAborted);
        if (response.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Forbidden)
            return null;
        response.EnsureSuccessStatusCode();
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(), default, context.HttpContext.RequestAborted);
    }
}
