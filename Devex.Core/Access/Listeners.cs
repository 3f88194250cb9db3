using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace Devex.Core.Access;

/// <summary>
/// Two listeners, told apart by the local port: the API, and on <c>Core:SessionPort</c> nothing but <c>/internal/sessions</c>.
/// </summary>
internal static class Listeners
{
    /// <summary>Bytes of a request to the API; files go elsewhere.</summary>
    private const long MaxApiBody = 64 * 1024;

    private const string Sessions = "/internal/sessions";

    /// <summary>Adds the session listener to the configured addresses. The Process runtime's writers are on this machine, so there it is loopback.</summary>
    public static void AddListeners(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        if (Port(builder.Configuration) is not { } port)
            return;
        var host = string.Equals(builder.Configuration["Runtime:Kind"], "Kubernetes", StringComparison.OrdinalIgnoreCase) ? "*" : "127.0.0.1";
        var urls = builder.Configuration["urls"]
            ?? string.Join(';', (builder.Configuration["http_ports"] ?? "5000").Split(';').Select(api => $"http://{(builder.Configuration["http_ports"] is null ? "localhost" : "*")}:{api}"));
        // An app host that knows the endpoint has listed it already.
        if (!urls.Split(';').Any(url => url.TrimEnd('/').EndsWith($":{port}", StringComparison.Ordinal)))
            builder.WebHost.UseUrls($"{urls};http://{host}:{port}");
    }

    public static void UseListeners(this WebApplication app)
    {
        var port = Port(app.Configuration);
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(Sessions) == IsSessionListener(context, port))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        app.UseWhen(context => !IsSessionListener(context, port), api =>
        {
            api.UseKnownApiHosts();
            api.Use((context, next) =>
            {
                if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
                    body.MaxRequestBodySize = MaxApiBody;
                return next(context);
            });
        });
    }

    private static bool IsSessionListener(HttpContext context, int? port) => port is { } own && context.Connection.LocalPort == own;

    private static int? Port(IConfiguration configuration) =>
        int.TryParse(configuration["Core:SessionPort"], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;
}
