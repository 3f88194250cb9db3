using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Devex.ServiceDefaults.Proxies;

internal static class KnownProxiesExtensions
{
    /// <summary>
    /// Believes X-Forwarded-For and X-Forwarded-Proto from the networks in <c>ForwardedHeaders:KnownNetworks</c> (CIDR) and
    /// from nobody else, not even loopback. In Development they never count, because there the peer's address decides who
    /// may use local identities. <c>ForwardedHeaders:ForwardLimit</c> is the number of proxies in a row, 1 if absent.
    /// </summary>
    /// <exception cref="InvalidOperationException">An entry is no network in CIDR notation.</exception>
    public static void AddKnownProxies(this IHostApplicationBuilder builder)
    {
        var networks = builder.Environment.IsDevelopment()
            ? []
            : (builder.Configuration.GetSection("ForwardedHeaders:KnownNetworks").Get<string[]>() ?? [])
                .Where(text => !string.IsNullOrWhiteSpace(text)).Select(Parse).ToArray();
        var limit = builder.Configuration.GetValue("ForwardedHeaders:ForwardLimit", 1);

        // After the framework's own set-up, which trusts everybody when ASPNETCORE_FORWARDEDHEADERS_ENABLED is true,
        // as the Aspire manifest sets it.
        builder.Services.PostConfigure<ForwardedHeadersOptions>(options =>
        {
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in networks)
            {
                options.KnownIPNetworks.Add(network);
            }

            options.ForwardLimit = limit;
            options.ForwardedHeaders = networks.Length == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        });

        // The framework then adds the middleware itself; twice would believe one proxy more than ForwardLimit.
        if (!builder.Configuration.GetValue("ForwardedHeaders_Enabled", false))
        {
            builder.Services.AddTransient<IStartupFilter, ForwardedHeadersStartupFilter>();
        }
    }

    private static System.Net.IPNetwork Parse(string text) => System.Net.IPNetwork.TryParse(text, out var network)
        ? network
        : throw new InvalidOperationException(
            $"ForwardedHeaders:KnownNetworks has '{text}', which is no network in CIDR notation such as 10.0.0.0/8.");

    private sealed class ForwardedHeadersStartupFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseForwardedHeaders();
            next(app);
        };
    }
}
