using Devex.ServiceDefaults.Proxies;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Gateway.Forwarding;

/// <summary>Passes requests on into sessions, and tells operators what went wrong there: that somebody closes a page is nothing to look into.</summary>
internal sealed partial class SessionForwarder(IHttpForwarder forwarder, ILogger<SessionForwarder> logger)
{
    /// <inheritdoc cref="IHttpForwarder.SendAsync(HttpContext, string, HttpMessageInvoker, ForwarderRequestConfig, HttpTransformer, CancellationToken)"/>
    public async Task<ForwarderError> SendAsync(
        HttpContext context, string destination, HttpMessageInvoker client, ForwarderRequestConfig config, HttpTransformer transformer, CancellationToken cancellationToken)
    {
        context.TakeAnyBody();
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

    /// <summary>The visitor's own connection broke, or the request was cancelled, which happens when the visitor goes or may not be there any more.</summary>
    private static bool Left(ForwarderError error) => error is
        ForwarderError.RequestCanceled
        or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled
        or ForwarderError.ResponseBodyClient or ForwarderError.ResponseBodyCanceled
        or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeRequestCanceled
        or ForwarderError.UpgradeResponseClient or ForwarderError.UpgradeResponseCanceled;
}
