namespace Devex.Core.Storage;

internal sealed partial class StorageStart
{
    [LoggerMessage(LogLevel.Information, "S3 at {Server} does not answer yet: {Message}")]
    private static partial void LogAway(ILogger logger, string server, string message);

    [LoggerMessage(LogLevel.Warning, "S3 at {Server} is NOT DURABLE (S3:Durable is false): what users make is lost with it, and every page says so")]
    private static partial void LogNotDurable(ILogger logger, string server);
}
