using Devex.Contracts;
using Devex.Contracts.Gateway;
using Devex.Gateway.Forwarding;
using Devex.Gateway.Requests;
using Devex.Gateway.Sessions;
using Devex.Gateway.Tunnels;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Gateway.Previews;

/// <summary>
/// One request to a preview: (1) the entrances; (2) the cookie, else to Web for a code; (3) no forged requests; (4) whom the cookie stands for may still
/// see it; (5) through the tunnel to the program, as long as that one may; (6) a closed port or session becomes a page that says so.
/// </summary>
internal sealed class PreviewForwarding(
    PreviewEntrance entrance, PreviewCookie cookie, PreviewVisits visits, RequestReports reports, SessionLocations locations, SessionForwarder forwarder,
    TimeProvider time, IOptions<HostsOptions> options) : IDisposable
{
    private readonly HostsOptions _hosts = options.Value;

    private readonly HttpMessageInvoker _client = SessionHandler.Create(
        static (location, host, token) => PortTunnel.OpenAsync(location, DestinationNames.PortOf(host), token));

    private readonly ForwarderRequestConfig _request = new() { ActivityTimeout = TimeSpan.FromMinutes(5), AllowResponseBuffering = false };

    public async Task HandleAsync(HttpContext context, ReplId id, int port)
    {
        context.Response.Headers["X-Robots-Tag"] = PreviewHeaders.Robots;
        if (await entrance.TryHandleAsync(context, id, port))
            return;
        if (await cookie.ReadAsync(context.Request, id, port, context.RequestAborted) is not { } pass)
        {
            await AskToEnterAsync(context, id, port);
            return;
        }
        using var visit = visits.Begin(id, port, pass, context.RequestAborted);
        if (pass.IsOver(time.GetUtcNow()))
        {
            await NotAdmittedAsync(context, visit);
            return;
        }
        var ownOrigin = _hosts.PreviewOrigin(id.ToString(), port);
        if (PreviewRules.IsForged(context.Request, _hosts, id, ownOrigin, IsWebSocket(context)))
        {
            await PreviewPages.RefusedAsync(context, StatusCodes.Status403Forbidden, "Refused", "Another site asked for this in your name.");
            return;
        }
        if (await locations.FindAsync(id, context.RequestAborted) is not { } location)
            await NotRunningAsync(context, visit);
        else if (pass.Admits(location, port, time.GetUtcNow()))
            await ForwardAsync(context, visit, location, ownOrigin);
        else
            await NotAdmittedAsync(context, visit);
    }

    public void Dispose() => _client.Dispose();

    private async Task ForwardAsync(HttpContext context, PreviewVisit visit, SessionLocation location, string ownOrigin)
    {
        visit.EndAfter(visit.Pass.EndIn(location, visit.Port) - time.GetUtcNow());
        var recording = new RequestRecording(reports, location, context, visit.Port, visit.Pass.Link is not null, time);
        var transformer = new PreviewTransformer(location, visit.Port, ownOrigin, _hosts.WebOrigin, recording);
        var error = await forwarder.SendAsync(context, DestinationNames.Port(location, visit.Port), _client, _request, transformer, visit.Token);
        if (visit.IsCut)
            await CutAsync(context, visit);
        else if (error != ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            await ExplainAsync(context, visit);
        recording.Ended(context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? null : context.Response.StatusCode);
    }

    /// <summary>What of an answer has not been sent is not sent any more.</summary>
    private async Task CutAsync(HttpContext context, PreviewVisit visit)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.Clear();
        await NotAdmittedAsync(context, visit);
    }

    private Task NotAdmittedAsync(HttpContext context, PreviewVisit visit)
    {
        if (visit.Pass.Link is null)
            return AskToEnterAsync(context, visit.Id, visit.Port);
        var membersWay = _hosts.MembersWay(visit.Id, visit.Port);
        return RefuseAsync(context, () => visit.Pass.IsOver(time.GetUtcNow()) ? PreviewPages.VisitOverAsync(context, membersWay) : PreviewPages.LinkOverAsync(context, membersWay));
    }

    private static async Task RefuseAsync(HttpContext context, Func<Task> page)
    {
        if (PreviewRules.IsNavigation(context.Request))
            await page();
        else
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
    }

    private async Task AskToEnterAsync(HttpContext context, ReplId id, int port)
    {
        if (!PreviewRules.IsNavigation(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var path = Uri.EscapeDataString(context.Request.Path + context.Request.QueryString.ToString());
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect($"{_hosts.MembersWay(id, port)}?path={path}");
    }

    private Task NotRunningAsync(HttpContext context, PreviewVisit visit) =>
        visit.Pass.Link is null ? PreviewPages.NotRunningAsync(context, _hosts.WebOrigin) : PreviewPages.NotRunningForGuestAsync(context);

    private async Task ExplainAsync(HttpContext context, PreviewVisit visit)
    {
        var closed = context.Features.Get<IForwarderErrorFeature>()?.Exception?.Chain().Any(e => e is PortClosedException) == true;
        // A session that has just stopped may not have been told of yet.
        var gone = !closed && await locations.IsGoneAsync(visit.Id, context.RequestAborted);
        context.Response.Clear();
        if (gone)
            await NotRunningAsync(context, visit);
        else if (PreviewRules.IsNavigation(context.Request))
            await PreviewPages.NothingListensAsync(context, visit.Port);
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
