using Devex.Contracts.Api;
using Devex.Core.Errors;
using Devex.Core.Identity;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Devex.Core.Access;

/// <summary>
/// Stands before every endpoint: nobody without credentials, nobody whom the allow-list no longer admits, no state change by cookie from
/// another site, no more than an API token's scope. A route that is not in <see cref="RouteTable"/> is answered as if it were not there.
/// </summary>
internal sealed partial class RouteGuard(
    RequestDelegate next, UserDirectory users, AllowList allow, IAntiforgery antiforgery, IOptions<AuthOptions> options,
    IHostEnvironment environment, ILogger<RouteGuard> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // No endpoint, or the one with which routing answers 405.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context);
            return;
        }
        if (RouteTable.Find(context.Request.Method, endpoint) is not { } route)
        {
            LogUnknown(logger, context.Request.Method, endpoint.RoutePattern.RawText);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (route.Audience is RouteAudience.User or RouteAudience.Operator && !IsOpenDocumentation(route))
            context.Features.Set(await AdmitUserAsync(context, route));
        if (route.Audience == RouteAudience.Gateway && SchemeOf(context) != Schemes.Gateway)
            throw Unauthorized("This route is for the Gateway: Authorization: Bearer <devex-gateway>.");
        await next(context);
    }

    private static bool IsStateChange(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);

    private static string? SchemeOf(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult is { Succeeded: true } result ? result.Ticket.AuthenticationScheme : null;

    private static ApiProblem Unauthorized(string detail) => new(StatusCodes.Status401Unauthorized, "auth.required", detail);

    private bool IsOpenDocumentation(RouteAccess route) =>
        environment.IsDevelopment()
        && (route.Pattern.StartsWith("/docs", StringComparison.Ordinal) || route.Pattern.StartsWith("/openapi", StringComparison.Ordinal));

    private async Task<Caller> AdmitUserAsync(HttpContext context, RouteAccess route)
    {
        var scheme = SchemeOf(context);
        if (scheme is not (Schemes.Cookie or Schemes.Token or Schemes.Web)
            || DevexClaims.UserOf(context.User) is not { } id
            || await users.FindAsync(id, context.RequestAborted) is not { } user
            || user.AllowedBy != allow.Fingerprint
            || user.DeletedAt is not null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw Unauthorized("Sign in, or send an API token as Authorization: Bearer dvx_…");
        }
        if (user.SuspendedAt is not null)
            throw ApiProblem.Forbidden("auth.suspended", "Your account is suspended here. Ask an operator of this installation.");
        if (route.Audience == RouteAudience.Operator && !options.Value.IsOperator(id))
            throw ApiProblem.Forbidden("auth.operator", "This is for operators of this installation (Auth:Operators).");
        if (scheme == Schemes.Token)
            CheckToken(context, route);
        if (scheme == Schemes.Cookie && IsStateChange(context.Request))
            await CheckOriginAsync(context);
        return new Caller(user.Summary, options.Value.IsOperator(id), scheme, route.Least);
    }

    private static void CheckToken(HttpContext context, RouteAccess route)
    {
        if (!IsStateChange(context.Request))
            return;
        if (route.Pattern.StartsWith("/api/tokens", StringComparison.Ordinal))
            throw ApiProblem.Forbidden("token.tokens", "An API token makes and revokes no tokens. Sign in to do that.");
        if (context.User.FindFirst(DevexClaims.Scope)?.Value != nameof(TokenScope.Write))
            throw ApiProblem.Forbidden("token.scope", "This API token may only read. Use one of scope write.");
    }

    private async Task CheckOriginAsync(HttpContext context)
    {
        // Programs with a cookie jar send no Sec-Fetch-Site; then the token alone decides.
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin"))
            throw ApiProblem.Forbidden("request.crossSite", "This request was sent by a page of another site.");
        if (!await antiforgery.IsRequestValidAsync(context))
            throw ApiProblem.Forbidden("request.antiforgery", "Send the token of GET /api/antiforgery in the header X-Devex-Antiforgery, with its cookie.");
    }
}
