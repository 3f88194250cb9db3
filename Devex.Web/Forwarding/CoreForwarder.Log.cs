using Yarp.ReverseProxy.Forwarder;

namespace Devex.Web.Forwarding;

internal sealed partial class CoreForwarder
{
    [LoggerMessage(LogLevel.Debug, "The visitor of {Path} left: {Error}")]
    private static partial void LogLeft(ILogger logger, ForwarderError error, string path);

    [LoggerMessage(LogLevel.Warning, "Forwarding {Path} to Core failed: {Error}. {Reason}")]
    private static partial void LogFailed(ILogger logger, ForwarderError error, string path, string? reason);
}
