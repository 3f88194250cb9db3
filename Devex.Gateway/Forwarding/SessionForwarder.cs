using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Gateway.Forwarding;

/// <summary>Passes requests on into sessions, and tells operators what went wrong there: that somebody closes a page is nothing to look into.</summary>
internal sealed partial class SessionForwarder(IHttpForwarder forwarder, ILogger<SessionForwarder> logger)
{
    /// <inheritdoc cref="IHttpForwarder.SendAsync(HttpContext, string, HttpMessageInvoker, ForwarderRequestConfig, HttpTransformer, CancellationToken)"/>
    public async Task<ForwarderError> SendAsync(
        HttpContext context, string destination, HttpMessageInvoker client, ForwarderRequestConfig config, HttpTransformer transformer, CancellationToken cancellationToken)
    {
        TakeAnyBody(context);
        var error = await forwarder.SendAsync(context, destination, client, config, transformer, cancellationToken);
        if (error == ForwarderError.None)
            return error;
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (Left(error))
            LogLeft(logger, error, context.Request.Host.Value, exception);
        else
            LogFailed(logger, error, context.Request.Host.Value, exception);
        return error;
    }

    /// <summary>The session bounds what it takes. An upload from a train stops and goes on, and one that stops for good ends by the forwarder's own limit.</summary>
    private static void TakeAnyBody(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    /// <summary>The visitor's own connection broke, or the request was cancelled, which happens when the visitor goes or may not be there any more.</summary>
    private static bool Left(ForwarderError error) => error is
        ForwarderError.RequestCanceled
        or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled
        or ForwarderError.ResponseBodyClient or ForwarderError.ResponseBodyCanceled
        or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeRequestCanceled
        or ForwarderError.UpgradeResponseClient or ForwarderError.UpgradeResponseCanceled;
}
