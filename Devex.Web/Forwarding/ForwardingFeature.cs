using System.Net;
using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Web.Forwarding;

/// <summary>
/// Hands <c>/api</c>, <c>/auth</c> and the API's documentation to Core as they are, so that browsers see one origin. Core learns the
/// peer from Web's own socket by a signed assertion, never by a header that a client could send.
/// </summary>
internal static class ForwardingFeature
{
    private static readonly string[] Prefixes = ["/api", "/auth", "/openapi", "/docs"];

    public static void AddForwarding(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(services => new PeerTransformer(services.GetRequiredService<ServiceTokens>()));
    }

    public static void MapForwarding(this WebApplication app)
    {
        var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        });
        var core = app.Configuration["services:core:http:0"]
            ?? throw new InvalidOperationException("services:core:http:0 must name Core's address; the AppHost sets it.");
        var transformer = app.Services.GetRequiredService<PeerTransformer>();
        // WebSockets ping every 20 s; a plain request that is silent for longer than a minute is stuck.
        var request = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(60) };
        foreach (var prefix in Prefixes)
        {
            app.MapForwarder(prefix + "/{**rest}", core, request, transformer, client)
                .DisableAntiforgery()
                // Core bounds what it takes; archives are large.
                .WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute())
                .WithMetadata(new Microsoft.AspNetCore.Mvc.SkipStatusCodePagesAttribute());
        }
    }

    /// <summary>Keeps the Host header (Core checks it) and adds the peer's assertion.</summary>
    private sealed class PeerTransformer(ServiceTokens tokens) : HttpTransformer
    {
        private const string Header = "Devex-Peer";

        public override async ValueTask TransformRequestAsync(
            HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(context, request, destinationPrefix, cancellationToken);
            request.Headers.Host = context.Request.Host.Value;
            request.Headers.Remove(Header);
            var peer = context.Connection.RemoteIpAddress?.MapToIPv4OrSelf().ToString() ?? "";
            request.Headers.TryAddWithoutValidation(Header, tokens.Sign(Audiences.Peer, new Dictionary<string, object> { ["peer"] = peer }));
        }
    }

    private static IPAddress MapToIPv4OrSelf(this IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
