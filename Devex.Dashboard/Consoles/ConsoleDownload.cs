using System.Globalization;
using Devex.Dashboard.AppHost;

namespace Devex.Dashboard.Consoles;

/// <summary>Console lines as a text file, without escapes.</summary>
internal static class ConsoleDownload
{
    public static void MapConsoleDownload(this WebApplication app) => app.MapGet("/console-file", async (HttpContext context, ConsoleStore consoles, ResourceStore resources, string? resource) =>
    {
        if (resource is not null && resources.All.All(known => known.Name != resource))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{resource ?? "console"}.log\"";
        foreach (var line in consoles.Lines(resource))
        {
            await context.Response.WriteAsync(
                $"{line.At.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)} {line.Source} {Ansi.Plain(line.Text)}\n", context.RequestAborted);
        }
    });
}
