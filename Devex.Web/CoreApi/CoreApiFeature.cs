namespace Devex.Web.CoreApi;

internal static class CoreApiFeature
{
    public static void AddCoreApi(this IHostApplicationBuilder builder)
    {
        var core = builder.Configuration["services:core:http:0"];
        builder.Services.AddHttpClient(CoreHttp.ClientName, client =>
        {
            client.BaseAddress = new Uri(core ?? "http://core");
            client.Timeout = TimeSpan.FromSeconds(30);
        });
        builder.Services.AddSingleton<CoreHttp>();
        builder.Services.AddScoped<CoreClient>();
        builder.Services.AddScoped<History.HistoryClient>();
        builder.Services.AddSingleton<CoreEvents>();
    }
}
