using System.Net;
using Devex.Contracts.Connections;
using Devex.ServiceDefaults.Proxies;
using Microsoft.AspNetCore.Diagnostics;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Web.Forwarding;

/// <summary>Passes requests on to Core. While Core does not answer, programs get problem details and people a page: nobody gets an empty answer.</summary>
internal sealed partial class CoreForwarder(IHttpForwarder forwarder, PeerTransformer transformer, IConfiguration configuration, ILogger<CoreForwarder> logger) : IDisposable
{
    /// <summary>The item of a request whose page is shown, while Core is away, that says whether it sent something: its address is not to be asked for again.</summary>
    public const string Sent = "devex.sent";

    // WebSockets ping every 20 s; a plain request that is silent for longer than a minute is stuck.
    private static readonly ForwarderRequestConfig Request = new() { ActivityTimeout = TimeSpan.FromSeconds(60) };

    private readonly string _core = configuration["services:core:http:0"]
        ?? throw new InvalidOperationException("services:core:http:0 must name Core's address; the AppHost sets it.");

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = TcpDialer.DialAsync,
    });

    public async Task ForwardAsync(HttpContext context)
    {
        context.TakeAnyBody();
        var error = await forwarder.SendAsync(context, _core, _client, Request, transformer, context.RequestAborted);
        if (error == ForwarderError.None)
            return;
        if (context.RequestAborted.IsCancellationRequested)
        {
            LogLeft(logger, error, context.Request.Path);
            return;
        }
        LogFailed(logger, error, context.Request.Path, context.GetForwarderErrorFeature()?.Exception?.GetBaseException().Message);
        if (!context.Response.HasStarted)
            await AnswerAsync(context);
    }

    public void Dispose() => _client.Dispose();

    private static async Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "2";
        if (context.Request.GetTypedHeaders().Accept.Any(type => type.MatchesMediaType("text/html") && !type.MatchesAllTypes) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            // Whoever sent a form is shown the page, too; but what they sent is not sent again.
            context.Items[Sent] = !HttpMethods.IsGet(context.Request.Method);
            context.Request.Method = HttpMethods.Get;
            pages.Enabled = true;
            return;
        }
        await Results.Problem(
            "Devex does not answer at the moment. Try again in a few seconds.", statusCode: StatusCodes.Status503ServiceUnavailable,
            extensions: new Dictionary<string, object?> { ["code"] = "core.unavailable" }).ExecuteAsync(context);
    }
}
