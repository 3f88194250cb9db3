using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;

namespace Devex.Web.Security;

/// <summary>Lets a Blazor circuit be opened from our own pages only: the framework checks no Origin by itself.</summary>
internal static class CircuitOrigin
{
    public static void UseCircuitOrigin(this WebApplication app)
    {
        var web = app.Services.GetRequiredService<IOptions<HostsOptions>>().Value.WebOrigin;
        app.Use((context, next) =>
        {
            // The list of initializers is the same for everybody, and browsers send no Origin when a page of ours asks for it.
            if (context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase, out var rest)
                && rest != "/initializers"
                && !IsAllowed(context.Request.Headers.Origin, web))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }
            return next(context);
        });
    }

    /// <summary>Browsers send Origin on every WebSocket; exactly ours is taken, with port and case as the browser writes it.</summary>
    internal static bool IsAllowed(string? origin, string web) => string.Equals(origin, web, StringComparison.Ordinal);
}
