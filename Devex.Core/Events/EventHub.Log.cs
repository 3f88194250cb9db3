namespace Devex.Core.Events;

internal sealed partial class EventHub
{
    [LoggerMessage(LogLevel.Warning, "An event could not be passed on; readers get a new snapshot instead")]
    private static partial void LogLost(ILogger logger, Exception exception);
}
