using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace Devex.Core.Identity;

internal static class IdentityFeature
{
    private static readonly TimeSpan SignedInFor = TimeSpan.FromDays(14);

    /// <summary>Who somebody is: cookie, API token or Web's assertion; and how one signs in.</summary>
    public static IHostApplicationBuilder AddIdentity(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IConfigureOptions<AuthOptions>, AuthOptionsBinding>();
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidation>();
        services.AddOptions<AuthOptions>().ValidateOnStart();
        services.AddSingleton<AllowList>();
        services.AddSingleton<LocalIdentities>();
        services.AddSingleton<UserDirectory>();

        // The same name and key as in Web, which reads the cookie.
        services.AddDataProtection().SetApplicationName("devex");
        services.AddSingleton<KeptKeys>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
            options.XmlRepository = provider.GetRequiredService<KeptKeys>()));

        services.AddAntiforgery(options =>
        {
            options.HeaderName = "X-Devex-Antiforgery";
            options.SuppressReadingTokenFromFormBody = true;
            options.Cookie = new SecureCookie
            {
                Name = "__Host-devex-antiforgery",
                Path = "/",
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                IsEssential = true,
            };
        });

        var authentication = services.AddAuthentication(Schemes.Any)
            .AddPolicyScheme(Schemes.Any, null, options => options.ForwardDefaultSelector = Schemes.Select)
            .AddScheme<AuthenticationSchemeOptions, ApiTokenHandler>(Schemes.Token, null)
            .AddScheme<AuthenticationSchemeOptions, AssertionHandler>(Schemes.Web, null)
            .AddScheme<AuthenticationSchemeOptions, AssertionHandler>(Schemes.Gateway, null)
            .AddCookie(Schemes.Cookie, options =>
            {
                options.Cookie.Name = "__Host-devex";
                options.Cookie.Path = "/";
                options.Cookie.HttpOnly = true;
                options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.ExpireTimeSpan = SignedInFor;
                options.SlidingExpiration = true;
            });
        if (!string.IsNullOrEmpty(builder.Configuration["Auth:GitHub:ClientId"]))
        {
            authentication.AddOAuth(Schemes.GitHub, _ => { });
            services.AddSingleton<IConfigureOptions<OAuthOptions>, GitHubSignIn>();
        }
        return builder;
    }

    public static IEndpointRouteBuilder MapIdentity(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapSignIn();
        endpoints.MapTokens();
        return endpoints;
    }
}
