using Devex.ServiceDefaults.Tokens;
using StackExchange.Redis;

namespace Devex.Gateway.Sessions;

internal static class SessionLocationsFeature
{
    public static void AddSessionLocations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new ServiceTokens(
            builder.Configuration["Keys:Gateway"], "devex gateway assertion", services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ =>
        {
            var options = ConfigurationOptions.Parse(
                builder.Configuration.GetConnectionString("redis") ?? throw new InvalidOperationException("ConnectionStrings:redis must be set."));
            options.AbortOnConnectFail = false;
            return ConnectionMultiplexer.Connect(options);
        });
        builder.Services.AddHttpClient(GatewayCore.ClientName, client =>
        {
            client.BaseAddress = new Uri(builder.Configuration["services:core:http:0"] ?? "http://core");
            client.Timeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.AddSingleton<GatewayCore>();
        builder.Services.AddSingleton<SessionLocations>();
        builder.Services.AddHostedService<LocationChanges>();
    }
}
