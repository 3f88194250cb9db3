namespace Devex.Web.CoreApi;

internal static class CoreApiFeature
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static void AddCoreApi(this IHostApplicationBuilder builder)
    {
        var core = builder.Configuration["services:core:http:0"];
        builder.Services.AddHttpClient(CoreHttp.ClientName, client =>
        {
            client.BaseAddress = new Uri(core ?? "http://core");
            client.Timeout = TimeSpan.FromSeconds(30);
        });
        // Restoring or copying a large REPL takes its time, and is never sent twice.
        builder.Services.AddHttpClient(CoreHttp.PatientClientName, client =>
        {
            client.BaseAddress = new Uri(core ?? "http://core");
            client.Timeout = Patience;
        }).ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
        builder.Services.AddSingleton<CoreHttp>();
        builder.Services.AddScoped<CoreClient>();
        builder.Services.AddScoped<History.HistoryClient>();
        builder.Services.AddScoped<Imports.GitImports>();
        builder.Services.AddSingleton<CoreEvents>();
    }
}
