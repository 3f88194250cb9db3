namespace Devex.Runner.Ports;

internal static partial class PortsLog
{
    [LoggerMessage(1, LogLevel.Warning, "Listening ports could not be read.")]
    public static partial void Failed(ILogger logger, Exception exception);
}
