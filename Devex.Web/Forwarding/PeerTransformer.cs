using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Web.Forwarding;

/// <summary>
/// Keeps the Host header (Core checks it) and adds the peer's assertion: Core learns the peer from Web's own socket by something signed, never by a header that a client could send.
/// </summary>
internal sealed class PeerTransformer(ServiceTokens tokens) : HttpTransformer
{
    private const string Header = "Devex-Peer";

    public override async ValueTask TransformRequestAsync(HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(context, request, destinationPrefix, cancellationToken);
        request.Headers.Host = context.Request.Host.Value;
        request.Headers.Remove(Header);
        var peer = context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : "";
        request.Headers.TryAddWithoutValidation(Header, tokens.Sign(Audiences.Peer, new Dictionary<string, object> { ["peer"] = peer }));
    }
}
