using System.Globalization;
using Devex.Contracts.Gateway;
using Devex.Gateway.Requests;
using Devex.Gateway.Runners;
using Devex.Gateway.Tunnels;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Gateway.Previews;

/// <summary>The program sees a visitor of <c>localhost</c>; the visitor sees nothing of Devex's cookies, and no cookie for other REPLs.</summary>
internal sealed class PreviewTransformer(SessionLocation location, int port, string ownOrigin, string webOrigin, RequestRecording recording) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(context, request, destinationPrefix, cancellationToken);
        SessionHandler.SetLocation(request, location);
        ForwardedNames.Remove(request);
        var headers = request.Headers;
        headers.Host = string.Create(CultureInfo.InvariantCulture, $"localhost:{port}");
        headers.Remove("Cookie");
        if (PreviewHeaders.WithoutOwnCookie(context.Request.Headers.Cookie) is { } cookies)
            headers.TryAddWithoutValidation("Cookie", cookies);
        // An API token of Devex has no business in a user's program.
        if (context.Request.Headers.Authorization.ToString().StartsWith("Bearer dvx_", StringComparison.Ordinal))
            headers.Remove("Authorization");
        Map("Origin", context.Request.Headers.Origin);
        Map("Referer", context.Request.Headers.Referer);
        headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
        headers.TryAddWithoutValidation("X-Forwarded-Proto", ownOrigin.StartsWith("https:", StringComparison.Ordinal) ? "https" : "http");

        void Map(string name, string? value)
        {
            headers.Remove(name);
            if (value is not null)
                headers.TryAddWithoutValidation(name, PreviewHeaders.MapOrigin(value, port, ownOrigin));
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext context, HttpResponseMessage? response, CancellationToken cancellationToken)
    {
        var copied = await base.TransformResponseAsync(context, response, cancellationToken);
        var headers = context.Response.Headers;
        headers.Remove("X-Frame-Options");
        headers["X-Robots-Tag"] = PreviewHeaders.Robots;
        if (headers.ContentType.ToString().StartsWith("text/html", StringComparison.OrdinalIgnoreCase) || headers.ContainsKey("Content-Security-Policy"))
            headers.ContentSecurityPolicy = PreviewHeaders.FrameAncestors(headers.ContentSecurityPolicy, webOrigin);
        if (headers.Location.ToString() is { Length: > 0 } target)
            headers.Location = PreviewHeaders.MapLocation(target, port, ownOrigin);
        if (headers.SetCookie.Count > 0)
        {
            var kept = headers.SetCookie.Where(cookie => cookie is not null && PreviewHeaders.MaySetCookie(cookie, context.Request.Host.Host)).ToArray();
            headers.SetCookie = kept;
        }
        if (response is not null)
            recording.Answered(response);
        return copied;
    }
}
