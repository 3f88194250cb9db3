using Devex.ServiceDefaults.Tokens;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace Devex.Web.SignIn;

/// <summary>Reads the cookie that Core issues. The keys that protect it are shared through Redis.</summary>
internal static class SignInFeature
{
    public static void AddSignIn(this IHostApplicationBuilder builder)
    {
        var redis = builder.Configuration.GetConnectionString("redis") ?? throw new InvalidOperationException("ConnectionStrings:redis must be set.");
        var options = ConfigurationOptions.Parse(redis);
        options.AbortOnConnectFail = false;
        var multiplexer = new Lazy<IConnectionMultiplexer>(() => ConnectionMultiplexer.Connect(options));
        builder.Services.AddDataProtection()
            .SetApplicationName("devex")
            .PersistKeysToStackExchangeRedis(() => multiplexer.Value.GetDatabase(), "data-protection-keys");

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new ServiceTokens(
            builder.Configuration["Keys:Web"], "devex web assertion", services.GetRequiredService<TimeProvider>()));
        builder.Services.AddAuthentication("devex").AddCookie("devex", cookie =>
        {
            cookie.Cookie.Name = "__Host-devex";
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.HttpOnly = true;
            cookie.LoginPath = "/signin";
            cookie.ReturnUrlParameter = "returnUrl";
            // Core renews what it issues; Web only reads.
            cookie.SlidingExpiration = false;
        });
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<SignInOptions>();
        builder.Services.AddAuthorization();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddScoped<AuthenticationStateProvider, RevalidatingUser>();
    }
}
