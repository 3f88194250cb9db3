using Devex.Contracts;
using Devex.Contracts.Gateway;
using Devex.Gateway.Sessions;

namespace Devex.Gateway.Previews;

/// <summary><c>POST /.devex/enter</c>: a one-use code becomes the preview's cookie.</summary>
internal sealed class PreviewEntrance(GatewayCore core)
{
    public const string Path = "/.devex/enter";

    private const int LargestForm = 4096;

    public async Task HandleAsync(HttpContext context, ReplId id, int port)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType || context.Request.ContentLength is null or > LargestForm)
        {
            await PreviewPages.RefusedAsync(context, StatusCodes.Status400BadRequest, "This is not a way in", "Open the preview from its REPL.");
            return;
        }
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var signIn = form["code"].ToString() is { Length: > 0 and <= 200 } code
            ? await core.RedeemAsync(new RedeemPreviewCode(code, id, port), context.RequestAborted)
            : null;
        if (signIn is null)
        {
            await PreviewPages.RefusedAsync(
                context, StatusCodes.Status403Forbidden, "This way in was used or is too old", "Open the preview from its REPL again.");
            return;
        }
        context.Response.Headers.Append("Set-Cookie", PreviewCookie.SetCookie(signIn.Cookie, signIn.ExpiresAt));
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = Target(form["path"]);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
    }

    /// <summary>A path on this host, never another host; <c>/</c> when in doubt.</summary>
    internal static string Target(string? path) =>
        path is { Length: > 0 and <= 2000 } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal)
        && !path.Contains('\\', StringComparison.Ordinal) && !path.Any(char.IsControl) && Uri.IsWellFormedUriString(path, UriKind.Relative)
            ? path
            : "/";
}
