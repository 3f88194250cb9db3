using Devex.Dashboard.Access;
using Devex.Dashboard.AppHost;
using Devex.Dashboard.Consoles;
using Devex.Dashboard.Layout;
using Devex.Dashboard.Otlp;
using Devex.Dashboard.Telemetry;
using Microsoft.AspNetCore.DataProtection;
using MudBlazor.Services;

namespace Devex.Dashboard;

/// <summary>The pages and the collector of telemetry, each on ports of its own, all of them on loopback alone.</summary>
internal static class DashboardApplication
{
    public static WebApplication Build(string[] args, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(DashboardApplication).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        // Standard output is the line to the AppHost.
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true)
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var options = builder.AddAccess();
        // What it protects is for open tabs: no key outlives it on disk.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ResourceStore>();
        builder.Services.AddSingleton<ConsoleStore>();
        builder.Services.AddSingleton<TelemetryStore>();
        builder.Services.AddAppHostLink();
        builder.Services.AddMudServices();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.MapOtlp(options);
        app.UseAccess();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapConsoleDownload();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
