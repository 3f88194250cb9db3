using Devex.Contracts;
using Devex.Contracts.Gateway;
using Devex.Gateway.Sessions;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;

namespace Devex.Gateway.Previews;

/// <summary>
/// The ways in. <c>POST /.devex/enter</c>: a member's one-use code, or a link's secret, becomes the preview's cookie. <c>GET /.devex/link</c>: the
/// page of a link, whose script posts what is behind the # there.
/// </summary>
internal sealed class PreviewEntrance(GatewayCore core, IOptions<HostsOptions> hosts)
{
    public const string Path = "/.devex/enter";
    public const string LinkPath = "/.devex/link";

    private const int LargestForm = 4096;
    private const int SecretLength = 43;

    // The browser keeps a link's cookie longer than it is good for, so that its visitor is told that it is over, and not asked for an account.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <summary>Whether the request was for an entrance, and has been answered.</summary>
    public async Task<bool> TryHandleAsync(HttpContext context, ReplId id, int port)
    {
        if (context.Request.Path == Path)
            await EnterAsync(context, id, port);
        else if (context.Request.Path == LinkPath && HttpMethods.IsGet(context.Request.Method))
            await PreviewPages.LinkAsync(context);
        else
            return false;
        return true;
    }

    private async Task EnterAsync(HttpContext context, ReplId id, int port)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType || context.Request.ContentLength is null or > LargestForm)
        {
            await PreviewPages.RefusedAsync(context, StatusCodes.Status400BadRequest, "This is not a way in", "Open the preview from its REPL.");
            return;
        }
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["link"].ToString() is { Length: > 0 } secret)
        {
            var visit = secret.Length == SecretLength ? await core.RedeemAsync(new RedeemPreviewLink(secret, id, port), context.RequestAborted) : null;
            if (visit is null)
                await PreviewPages.LinkOverAsync(context, hosts.Value.MembersWay(id, port));
            else
                Admit(context, PreviewCookie.SetCookie(visit.Cookie, visit.ExpiresAt + Remembered), "/");
            return;
        }
        var signIn = form["code"].ToString() is { Length: > 0 and <= 200 } code
            ? await core.RedeemAsync(new RedeemPreviewCode(code, id, port), context.RequestAborted)
            : null;
        if (signIn is null)
        {
            await PreviewPages.RefusedAsync(
                context, StatusCodes.Status403Forbidden, "This way in was used or is too old", "Open the preview from its REPL again.");
            return;
        }
        Admit(context, PreviewCookie.SetCookie(signIn.Cookie, signIn.ExpiresAt), Target(form["path"]));
    }

    /// <summary>A path on this host, never another host; <c>/</c> when in doubt.</summary>
    internal static string Target(string? path) =>
        path is { Length: > 0 and <= 2000 } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal)
        && !path.Contains('\\', StringComparison.Ordinal) && !path.Any(char.IsControl) && Uri.IsWellFormedUriString(path, UriKind.Relative)
            ? path
            : "/";

    private static void Admit(HttpContext context, string cookie, string target)
    {
        context.Response.Headers.Append("Set-Cookie", cookie);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = target;
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
    }
}
