using Devex.Contracts;
using Devex.Gateway.Requests;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;

namespace Devex.Gateway.Previews;

internal static class PreviewsFeature
{
    public static void AddPreviews(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PreviewKeys>();
        builder.Services.AddSingleton<PreviewCookie>();
        builder.Services.AddSingleton<PreviewEntrance>();
        builder.Services.AddSingleton<PreviewVisits>();
        builder.Services.AddSingleton<RequestReports>();
        builder.Services.AddSingleton<PreviewForwarding>();
    }

    public static void UsePreviews(this WebApplication app)
    {
        var hosts = app.Services.GetRequiredService<IOptions<HostsOptions>>().Value;
        var forwarding = app.Services.GetRequiredService<PreviewForwarding>();
        app.Use((context, next) => hosts.TryParsePreview(context.Request.Host.Value, out var id, out var port) && ReplId.TryParse(id, out var repl)
            ? forwarding.HandleAsync(context, repl, port)
            : next(context));
    }
}
