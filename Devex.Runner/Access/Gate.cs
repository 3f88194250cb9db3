using Devex.Contracts.Protocol;
using Devex.Contracts.Tokens;
using Devex.Runner.Control;
using Devex.Runner.Sessions;

namespace Devex.Runner.Access;

/// <summary>
/// The one way in. Each request passes, in this order: (1) its route, else 404; (2) control has arrived, else 503; (3) its origin, else
/// 403; (4) preflights of the Web origin, answered here; (5) the route's credential, else 401 or 403; (6) its method, else 405;
/// then the route's handler.
/// </summary>
internal sealed class Gate(
    RouteTable routes, SessionState session, TokenVerifier verifier, ControlSignature control, Tickets tickets, ConnectionTokens tokens,
    ILogger<Gate> logger)
{
    private const int MaxControlBody = 1 << 20;
    private static readonly TimeSpan TunnelLifetime = TimeSpan.FromMinutes(5);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await PassAsync(context);
        }
        catch (SessionException e) when (!context.Response.HasStarted)
        {
            await Problem.WriteAsync(context, Problem.Status(e.Code), e.Reason, e.Message, e.Path);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Problem.WriteAsync(context, e.StatusCode, "request.malformed", e.Message);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer.
            context.Abort();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            GateLog.Failed(logger, context.Request.Method, e);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await Problem.WriteAsync(context, 500, "internal", "Devex made a mistake; its log says more.");
        }
    }

    private async Task PassAsync(HttpContext context)
    {
        var request = context.Request;
        context.Response.Headers.CacheControl = "no-store";

        // 1, 2: route and readiness. The path is taken as it was sent: decoded or normalised once, it could name another.
        var target = RequestTarget.Parse(context);
        var route = RouteTable.Find(target.First);
        if (route is { Rest: false } && target.HasRest)
            route = null;
        if (!session.Controlled && route is not { BeforeControl: true })
        {
            context.Response.Headers.RetryAfter = "1";
            await Problem.WriteAsync(context, 503, "session.notReady", "The session is not ready yet; try again in a second.");
            return;
        }
        if (route is null)
        {
            await Problem.WriteAsync(context, 404, "notFound", "There is nothing here.");
            return;
        }

        // 3, 4: origin and preflight.
        var origin = route.Credential == Credential.None ? OriginVerdict.None : OriginRule.Judge(request.Headers.Origin, session);
        if (origin == OriginVerdict.Foreign)
        {
            await Problem.WriteAsync(context, 403, "origin.foreign", "Pages of this origin may not use the session.");
            return;
        }
        if (origin == OriginVerdict.Web && route.Cors)
        {
            Cors.Allow(context.Response, session.WebOrigin!);
            if (Cors.IsPreflight(request))
            {
                Cors.AnswerPreflight(context.Response, route);
                return;
            }
        }

        // 5: credential.
        var (status, grant, ticket) = await AdmitAsync(context, route, target.Path, origin);
        if (status != 200)
        {
            await RefuseAsync(context, status, route);
            return;
        }

        // 6: method.
        if (!route.Methods.Contains(request.Method, StringComparer.Ordinal))
        {
            context.Response.Headers.Allow = string.Join(", ", route.Methods);
            await Problem.WriteAsync(context, 405, "method", $"Use {string.Join(" or ", route.Methods)}.");
            return;
        }
        if (route.WebSocket && !OffersProtocol(context))
        {
            context.Response.Headers.Upgrade = "websocket";
            await Problem.WriteAsync(context, 426, "upgrade", $"Open a WebSocket with the subprotocol {SessionProtocol.Subprotocol}.");
            return;
        }
        if (ticket is not null)
        {
            grant = tickets.Redeem(ticket) ? tokens.Issue(ticket) : null;
            if (grant is null)
            {
                await RefuseAsync(context, 403, route);
                return;
            }
        }
        await routes.HandleAsync(route, new Visit(context, target.Rest, grant), context.RequestAborted);
    }

    private async Task<(int Status, Grant? Grant, Ticket? Ticket)> AdmitAsync(HttpContext context, Route route, string path, OriginVerdict origin)
    {
        switch (route.Credential)
        {
            case Credential.None or Credential.Code:
                return (200, null, null);
            case Credential.Control:
                var token = Bearer(context);
                if (token is null)
                    return (401, null, null);
                var body = await ControlBody.ReadAsync(context, MaxControlBody);
                return (control.Verify(token, context.Request.Method, path, body) ? 200 : 401, null, null);
            case Credential.Bearer:
                return tokens.Find(Bearer(context)) is { } holder ? (200, holder, null) : (401, null, null);
            case Credential.Tunnel:
                var claims = verifier.Verify(Bearer(context), Audiences.Tunnel, TunnelLifetime);
                return (claims is not null && claims["repl"] == session.ReplId.ToString() && claims["inst"] == session.Instance ? 200 : 401, null, null);
            default:
                return await AdmitSocketAsync(context, route, origin);
        }
    }

    private async Task<(int Status, Grant? Grant, Ticket? Ticket)> AdmitSocketAsync(HttpContext context, Route route, OriginVerdict origin)
    {
        var offered = context.WebSockets.WebSocketRequestedProtocols.Count > 0
            ? context.WebSockets.WebSocketRequestedProtocols
            : context.Request.Headers.SecWebSocketProtocol.OfType<string>().SelectMany(line => line.Split(',', StringSplitOptions.TrimEntries)).ToList();
        string? ticket = null, token = null;
        foreach (var protocol in offered)
        {
            if (protocol.StartsWith(SessionProtocol.TicketPrefix, StringComparison.Ordinal))
                ticket ??= protocol[SessionProtocol.TicketPrefix.Length..];
            else if (protocol.StartsWith(SessionProtocol.TokenPrefix, StringComparison.Ordinal))
                token ??= protocol[SessionProtocol.TokenPrefix.Length..];
        }
        if (token is not null && ticket is null)
        {
            if (tokens.Find(token) is { } grant)
                return (200, grant, null);
            // A browser sees no status of a refused upgrade: only a close code tells its page to take a new ticket rather than to retry.
            if (origin == OriginVerdict.Web && OffersProtocol(context))
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync(SessionProtocol.Subprotocol);
                await socket.CloseOutputAsync(CloseCode.NotAdmitted, "take a new ticket", context.RequestAborted);
                return (-1, null, null);
            }
            return (401, null, null);
        }
        if (ticket is null || token is not null || route.Credential != Credential.Admission)
            return (401, null, null);
        return tickets.Read(ticket) is { } read ? (200, null, read) : (403, null, null);
    }

    private static async Task RefuseAsync(HttpContext context, int status, Route route)
    {
        if (context.Response.HasStarted)
            return;
        if (status == 401 && route.Credential is Credential.Bearer or Credential.Control or Credential.Tunnel)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        await (status == 401
            ? Problem.WriteAsync(context, 401, "unauthenticated", "This needs a valid credential of this session.")
            : Problem.WriteAsync(context, status, "ticket.refused", "This ticket is not valid here, or was used before; take a new one."));
    }

    private static bool OffersProtocol(HttpContext context) =>
        context.WebSockets.IsWebSocketRequest && context.WebSockets.WebSocketRequestedProtocols.Contains(SessionProtocol.Subprotocol);

    private static string? Bearer(HttpContext context)
    {
        const string Scheme = "Bearer ";
        var header = context.Request.Headers.Authorization;
        return header.Count == 1 && header[0]!.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[0]![Scheme.Length..] : null;
    }
}
