using System.Globalization;
using Devex.Contracts;
using Devex.Gateway.Sessions;
using Devex.Gateway.Tunnels;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Gateway.Previews;

/// <summary>
/// One request to a private preview: (1) the entrance; (2) the cookie, else to Web for a code; (3) no forged requests; (4) through the tunnel to
/// the program; (5) a closed port or session becomes a page that says so.
/// </summary>
internal sealed class PreviewForwarding(
    PreviewEntrance entrance, PreviewCookie cookie, SessionLocations locations, IHttpForwarder forwarder, IOptions<HostsOptions> options) : IDisposable
{
    private readonly HostsOptions _hosts = options.Value;

    private readonly HttpMessageInvoker _client = SessionHandler.Create(
        static (location, host, token) => PortTunnel.OpenAsync(location, DestinationNames.PortOf(host), token));

    private readonly ForwarderRequestConfig _request = new() { ActivityTimeout = TimeSpan.FromMinutes(5), AllowResponseBuffering = false };

    public async Task HandleAsync(HttpContext context, ReplId id, int port)
    {
        if (context.Request.Path == PreviewEntrance.Path)
        {
            await entrance.HandleAsync(context, id, port);
            return;
        }
        if (!await cookie.AdmitsAsync(context.Request, id, port, context.RequestAborted))
        {
            await AskToEnterAsync(context, id, port);
            return;
        }
        var ownOrigin = _hosts.PreviewOrigin(id.ToString(), port);
        if (PreviewRules.IsForged(context.Request, _hosts, id, ownOrigin, IsWebSocket(context)))
        {
            await PreviewPages.RefusedAsync(context, StatusCodes.Status403Forbidden, "Refused", "Another site asked for this in your name.");
            return;
        }
        if (await locations.FindAsync(id, context.RequestAborted) is not { } location)
        {
            await PreviewPages.NotRunningAsync(context, _hosts.WebOrigin);
            return;
        }
        var transformer = new PreviewTransformer(location, port, ownOrigin, _hosts.WebOrigin);
        var error = await forwarder.SendAsync(context, DestinationNames.Port(location, port), _client, _request, transformer, context.RequestAborted);
        if (error != ForwarderError.None && !context.Response.HasStarted)
            await ExplainAsync(context, id, port);
    }

    public void Dispose() => _client.Dispose();

    private async Task AskToEnterAsync(HttpContext context, ReplId id, int port)
    {
        if (!PreviewRules.IsNavigation(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var path = Uri.EscapeDataString(context.Request.Path + context.Request.QueryString.ToString());
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(string.Create(CultureInfo.InvariantCulture, $"{_hosts.WebOrigin}/preview/{id}/{port}?path={path}"));
    }

    private async Task ExplainAsync(HttpContext context, ReplId id, int port)
    {
        var closed = context.Features.Get<IForwarderErrorFeature>()?.Exception?.Chain().Any(e => e is PortClosedException) == true;
        if (!closed)
            locations.Forget(id);
        context.Response.Clear();
        if (PreviewRules.IsNavigation(context.Request))
            await PreviewPages.NothingListensAsync(context, port);
        else
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
    }

    private static bool IsWebSocket(HttpContext context) =>
        context.WebSockets.IsWebSocketRequest || context.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)
        || (HttpMethods.IsConnect(context.Request.Method) && context.Request.Headers.ContainsKey("Sec-WebSocket-Version"));
}

internal static class ExceptionChain
{
    /// <summary>An exception and its inner ones.</summary>
    public static IEnumerable<Exception> Chain(this Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
            yield return e;
    }
}
