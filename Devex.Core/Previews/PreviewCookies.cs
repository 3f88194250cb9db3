using System.Globalization;
using Devex.Contracts;
using Devex.Contracts.Gateway;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;

namespace Devex.Core.Previews;

/// <summary>
/// The cookie of one preview's host: whom it stands for, a person or a link, and of which port of which REPL. Whether that one may still see
/// it, the Gateway asks with each location.
/// </summary>
internal sealed class PreviewCookies(TokenSigner signer, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    public PreviewSignIn Of(UserId user, ReplId repl, int port) => Sign("sub", user.ToString(), repl, port, Life);

    /// <summary>It ends with the link, or sooner: the link is opened again then.</summary>
    public PreviewSignIn Of(PreviewLinkRecord link, ReplId repl) =>
        Sign("link", link.Id, repl, link.Port, link.ExpiresAt - time.GetUtcNow() is { } left && left < Life ? left : Life);

    private PreviewSignIn Sign(string kind, string who, ReplId repl, int port, TimeSpan life)
    {
        var cookie = signer.Sign(Audiences.Preview, life, new Dictionary<string, object>
        {
            ["repl"] = repl.ToString(),
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            [kind] = who,
        });
        return new PreviewSignIn(cookie, time.GetUtcNow() + life);
    }
}
