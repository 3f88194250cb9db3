using System.Net;
using Devex.Contracts.Tokens;
using Devex.Core.Errors;
using Devex.Core.Keys;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;

namespace Devex.Core.Identity;

/// <summary>
/// Lets requests for <c>/auth</c> in from Web alone, by its signed assertion of the address that it saw on its own socket: who may use
/// development identities depends on that address, and no header that a client could send may decide it.
/// </summary>
internal sealed class PeerAssertion(RequestDelegate next, ServiceAssertions assertions, IOptions<HostsOptions> hosts)
{
    public const string Header = "Devex-Peer";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/auth"))
        {
            await next(context);
            return;
        }
        var assertion = await assertions.VerifyAsync(context.Request.Headers[Header].ToString(), Audiences.Peer);
        if (assertion is null || !IPAddress.TryParse(assertion.FindFirst("peer")?.Value, out var peer))
            throw ApiProblem.Forbidden("auth.peer", $"Sign-in goes through {hosts.Value.WebOrigin}.");
        context.Features.Set(new Peer(peer));

        // Redirect addresses that the OAuth handler builds from the request must be Web's, whatever this hop looks like.
        var web = hosts.Value.Web;
        context.Request.Scheme = web.Scheme;
        context.Request.Host = web.IsDefaultPort ? new HostString(web.IdnHost) : new HostString(web.IdnHost, web.Port);
        await next(context);
    }
}

/// <summary>The peer of Web's socket.</summary>
internal sealed record Peer(IPAddress Address)
{
    public bool IsLoopback => IPAddress.IsLoopback(Address);
}
