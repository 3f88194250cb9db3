using System.Globalization;

namespace Devex.Core.Access;

/// <summary>
/// Two listeners, told apart by the local port: the API, and on <c>Core:SessionPort</c> nothing but <c>/internal/sessions</c>.
/// </summary>
internal static class Listeners
{
    private const string Sessions = "/internal/sessions";

    /// <summary>Adds the session listener to the configured addresses. The Process runtime's writers are on this machine, so there it is loopback.</summary>
    public static void AddListeners(this WebApplicationBuilder builder)
    {
        if (Port(builder.Configuration) is not { } port)
            return;
        var host = string.Equals(builder.Configuration["Runtime:Kind"], "Kubernetes", StringComparison.OrdinalIgnoreCase) ? "*" : "127.0.0.1";
        var urls = builder.Configuration["urls"]
            ?? string.Join(';', (builder.Configuration["http_ports"] ?? "5000").Split(';').Select(api => $"http://{(builder.Configuration["http_ports"] is null ? "localhost" : "*")}:{api}"));
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
        app.UseWhen(context => !IsSessionListener(context, port), api => api.UseKnownApiHosts());
    }

    private static bool IsSessionListener(HttpContext context, int? port) => port is { } own && context.Connection.LocalPort == own;

    private static int? Port(IConfiguration configuration) =>
        int.TryParse(configuration["Core:SessionPort"], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;
}
