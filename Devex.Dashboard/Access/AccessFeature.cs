using System.Globalization;
using Devex.Hosting.Endpoints;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.StaticAssets;

namespace Devex.Dashboard.Access;

/// <summary>Who gets in: browsers on this machine, by our name, with this run's token or the cookie they got for it.</summary>
internal static class AccessFeature
{
    private const long MaxRequestBytes = 16 * 1024 * 1024;
    private const int LoginBytes = 4096;

    /// <exception cref="InvalidOperationException">There is no token or no key: nobody may listen without.</exception>
    public static DashboardOptions AddAccess(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(DashboardOptions.Section).Get<DashboardOptions>();
        if (options is not { Token.Length: > 0, OtlpKey.Length: > 0 })
        {
            throw new InvalidOperationException("The dashboard is started by the AppHost, which gives it Dashboard__Token and Dashboard__OtlpKey.");
        }

        if (options.OrAnotherPort)
        {
            var pages = HeldPort.Take(options.Port);
            options.Port = pages.Port;
            builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = pages.Give);
        }

        options.Port = OrFree(options.Port);
        options.OtlpGrpcPort = OrFree(options.OtlpGrpcPort);
        options.OtlpHttpPort = OrFree(options.OtlpHttpPort);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.ListenLocalhost(options.Port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.ListenLocalhost(options.OtlpGrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.ListenLocalhost(options.OtlpHttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new BrowserToken(options.Token, options.Port));
        builder.Services.AddHttpContextAccessor();
        return options;
    }

    public static void UseAccess(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<DashboardOptions>();
        var token = app.Services.GetRequiredService<BrowserToken>();
        var port = options.Port.ToString(CultureInfo.InvariantCulture);
        string[] hosts = [$"localhost:{port}", $"127.0.0.1:{port}", $"[::1]:{port}"];
        app.Use((context, next) =>
        {
            // A name of somebody else's that leads here is DNS rebinding.
            if (!hosts.Contains(context.Request.Host.Value, StringComparer.OrdinalIgnoreCase))
            {
                return RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "Open the dashboard as localhost.");
            }

            SecurityHeaders.Set(context);
            if (context.Request.Path == "/login" && context.Request.Query["t"].ToString() is { Length: > 0 } shown)
            {
                return LogInAsync(context, token, shown);
            }

            if (IsOpen(context) || token.IsLoggedIn(context))
            {
                return IsForeignCircuit(context) ? RefuseAsync(context, StatusCodes.Status403Forbidden, "Only our own pages may connect.") : next(context);
            }

            if (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
            {
                context.Response.Redirect("/login");
                return Task.CompletedTask;
            }

            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "Log in first: the AppHost prints the address with a token.");
        });
        app.MapPost("/login/token", async (HttpContext context) =>
        {
            if (context.Request.ContentLength is not (> 0 and <= LoginBytes) || !context.Request.HasFormContentType)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            await LogInAsync(context, token, form["token"].ToString().Trim());
        }).DisableAntiforgery();
    }

    private static int OrFree(int port) => port == 0 ? Ports.Free() : port;

    private static Task LogInAsync(HttpContext context, BrowserToken token, string shown)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = token.LogIn(context, shown) ? "/" : "/login?refused";
        return Task.CompletedTask;
    }

    /// <summary>The login page, and the files of ours that any page is made of.</summary>
    private static bool IsOpen(HttpContext context) => context.Request.Path == "/login" || context.Request.Path == "/login/token"
        || context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;

    /// <summary>Browsers send Origin on every WebSocket; the framework does not look at it. It must be the one by whose name we are asked.</summary>
    private static bool IsForeignCircuit(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase, out var rest) && rest != "/initializers"
        && !string.Equals(context.Request.Headers.Origin, $"http://{context.Request.Host.Value}", StringComparison.Ordinal);

    private static Task RefuseAsync(HttpContext context, int status, string words)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(words);
    }
}
