using Yarp.ReverseProxy.Forwarder;

namespace Devex.Gateway.Forwarding;

internal sealed partial class SessionForwarder
{
    [LoggerMessage(LogLevel.Debug, "A visitor of {Host} left: {Error}")]
    private static partial void LogLeft(ILogger logger, ForwarderError error, string? host, Exception? exception);

    [LoggerMessage(LogLevel.Warning, "Forwarding to {Host} failed: {Error}")]
    private static partial void LogFailed(ILogger logger, ForwarderError error, string? host, Exception? exception);
}
