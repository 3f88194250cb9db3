namespace Devex.Core.Storage;

internal sealed partial class StorageStart
{
    [LoggerMessage(LogLevel.Information, "S3 at {Server} does not answer yet: {Message}")]
    private static partial void LogAway(ILogger logger, string server, string message);
}
